"""Alerts on database, cache and backups: what they compare, and that absence is noticed."""

import re

import pytest
from constructs.monitoring import alerts_cache, alerts_database
from constructs.monitoring.alert import Alert, Query, Threshold
from constructs.monitoring.backups import SUCCESS, BackupAlerts

from environments.schema import AlertsConfig, DatabaseConfig, ReplicaConfig
from stacks.stack import Stack
from tests.template import Template, alone
from tests.unit.parts import DATABASE, EAST, platform

DEFAULTS = AlertsConfig()
INSTANCES = ["grid-test-example:grid-test-db-0a1b"]
REPLICATED = DatabaseConfig(
    tier="db-custom-1-3840", max_connections=300, replicas={"r": ReplicaConfig(region=EAST)}
)


def _thresholds(
    id_: str, database: DatabaseConfig = DATABASE, config: AlertsConfig = DEFAULTS
) -> list[Threshold]:
    every = [
        *alerts_database.alerts(database, config, instances=INSTANCES),
        *alerts_cache.alerts(config),
    ]
    [alert] = [one for one in every if one.id == id_]
    return [condition for condition in alert.conditions if isinstance(condition, Threshold)]


def test_database_down_treats_missing_data_as_down() -> None:
    [condition] = _thresholds("database_down")
    assert (condition.value, condition.below, condition.missing_data) == (1, True, "ACTIVE")


@pytest.mark.parametrize(("what", "percent"), [("cpu", 80), ("memory", 90)])
def test_utilization_thresholds_have_defaults(what: str, percent: float) -> None:
    [condition] = _thresholds(f"database_{what}")
    assert condition.value == percent / 100
    assert f"database/{what}/utilization" in condition.filter


def test_utilization_thresholds_are_the_configured_ones() -> None:
    config = AlertsConfig(database_cpu_percent=50, database_memory_percent=60)
    [cpu], [memory] = (_thresholds(f"database_{one}", config=config) for one in ("cpu", "memory"))
    assert (cpu.value, memory.value) == (0.5, 0.6)


def test_disk_alert_compares_with_the_growth_limit() -> None:
    database = DatabaseConfig(tier="db-f1-micro", disk_limit_gb=200)
    full, limit = _thresholds("database_disk", database)
    assert (full.value, "disk/utilization" in full.filter) == (0.95, True)
    assert (limit.value, "disk/bytes_used" in limit.filter) == (160 * 2**30, True)


def test_disk_alert_has_one_condition_without_a_limit() -> None:
    [full] = _thresholds("database_disk", DatabaseConfig(tier="db-f1-micro", disk_limit_gb=0))
    assert "disk/utilization" in full.filter


def test_connection_alert_sums_the_databases_of_an_instance() -> None:
    [condition] = _thresholds("database_connections", REPLICATED)
    assert condition.value == 240
    assert condition.aggregation
    assert condition.aggregation.reducer == "REDUCE_SUM"
    assert condition.aggregation.by == ("resource.label.database_id",)


def test_replica_alert_detects_lag_and_stopped_replication() -> None:
    config = AlertsConfig(replica_lag_seconds=30)
    behind, stopped = _thresholds("replica_lag", REPLICATED, config)
    assert (behind.value, behind.below) == (30, False)
    assert (stopped.value, stopped.below) == (0, True)


def test_replica_alert_is_missing_without_replicas() -> None:
    with_replica, without = (
        {alert.id for alert in alerts_database.alerts(config, DEFAULTS, instances=INSTANCES)}
        for config in (REPLICATED, DATABASE)
    )
    assert with_replica - without == {"replica_lag"}


@pytest.mark.parametrize("name", ["down", "cpu", "memory", "disk", "connections"])
def test_database_alerts_filter_by_the_instances_of_the_platform(name: str) -> None:
    policy = platform("prod").get(f"google_monitoring_alert_policy.database_{name}")
    for condition in policy["conditions"]:
        assert condition["condition_threshold"]["filter"].endswith(
            'resource.label.database_id = one_of("grid-prod-example:'
            '${google_sql_database_instance.main.name}", "grid-prod-example:'
            '${google_sql_database_instance.read_replica.name}")'
        )


def test_cache_alert_compares_system_memory() -> None:
    [condition] = _thresholds("cache_memory", config=AlertsConfig(cache_memory_percent=75))
    assert "stats/memory/system_memory_usage_ratio" in condition.filter
    assert condition.value == 0.75


# Backups


def _backups(workflow: str | None = None) -> tuple[Template, list[Alert]]:
    found: list[Alert] = []

    def build(stack: Stack) -> None:
        made = BackupAlerts(
            stack,
            "backups",
            instance="p:grid-db",
            export_workflow=workflow,
        )
        found.extend(made.alerts)

    return alone(build), found


def _absence(alert: Alert) -> tuple[str, float]:
    """Return the missing series, and the hours until the alert."""
    [query] = [condition for condition in alert.conditions if isinstance(condition, Query)]
    match = re.fullmatch(r"absent_over_time\((.*)\[(\d+)h\]\)", query.query)
    assert match
    return match[1], int(match[2]) + query.seconds / 3600


def test_backup_metric_counts_successful_backups() -> None:
    metric = _backups()[0].one("google_logging_metric")
    assert metric["name"] == "grid_test_backups"
    assert metric["filter"] == f'{SUCCESS} AND resource.labels.database_id="p:grid-db"'
    assert metric["metric_descriptor"]["metric_kind"] == "DELTA"
    assert metric["depends_on"] == ["google_project_service.logging"]


def test_backup_metric_counts_the_primary_only() -> None:
    primary = "grid-prod-example:${google_sql_database_instance.main.name}"
    metric = platform("prod").get("google_logging_metric.backups")
    assert metric["filter"].endswith(f'AND resource.labels.database_id="{primary}"')


def test_backup_filter_matches_succeeded_automated_backups() -> None:
    assert 'methodName="cloudsql.instances.automatedBackup"' in SUCCESS
    assert 'windowStatus="STATUS_SUCCEEDED"' in SUCCESS


def test_missing_backup_alert_fires_between_28_and_48_hours() -> None:
    [missing] = _backups()[1]
    series, hours = _absence(missing)
    assert series == "logging_googleapis_com:user_grid_test_backups"
    assert 28 < hours < 48


def test_backup_alert_depends_on_its_metric() -> None:
    policy = platform("dev").get("google_monitoring_alert_policy.backup_missing")
    assert policy["depends_on"] == ["google_logging_metric.backups"]


def test_absence_duration_is_within_the_api_limit() -> None:
    for alert in _backups("export")[1]:
        for condition in alert.conditions:
            assert condition.seconds <= 23.5 * 3600


def test_export_alert_detects_failure_and_absence() -> None:
    _, export = _backups("nightly-export")[1]
    [failed] = [condition for condition in export.conditions if isinstance(condition, Threshold)]
    assert 'workflow_id = "nightly-export"' in failed.filter
    assert 'status != "SUCCEEDED"' in failed.filter
    assert failed.value == 0
    series, hours = _absence(export)
    assert 'workflow_id="nightly-export", status="SUCCEEDED"' in series
    assert hours == 26


def test_export_alert_is_missing_without_exports() -> None:
    assert [one.id for one in _backups()[1]] == ["backup_missing"]
