"""Cloud SQL: private, protected, backed up and replicated."""

from typing import Any

import pytest

from tests.template import Block
from tests.unit.databases import BASE, OTHER, databases
from tests.unit.parts import CENTRAL, EAST


def _primary(config: Block = BASE, *, protect: bool = False) -> Any:
    return databases(config, protect=protect).get("google_sql_database_instance.main")


def _replica(config: Block = BASE, *, protect: bool = False) -> Any:
    return databases(config, protect=protect).get("google_sql_database_instance.read_copy")


def _both(config: Block = BASE, *, protect: bool = False) -> list[Any]:
    return [_primary(config, protect=protect), _replica(config, protect=protect)]


def _flags(instance: Block) -> dict[str, str]:
    return {flag["name"]: flag["value"] for flag in instance["settings"]["database_flags"]}


# The instance


def test_promoted_replica_is_the_instance_and_keeps_name_and_region() -> None:
    promoted = {**BASE, "promoted": {"replica": "second", "region": EAST}}
    before, after = _primary(), _primary(promoted)
    assert after["name"] == before["name"].replace("-db", "-db-second")
    assert (before["region"], after["region"]) == (CENTRAL, EAST)
    condition = after["lifecycle"]["postcondition"][0]
    assert "database.promoted.region" in condition["error_message"]


def test_google_cloud_services_use_the_private_path() -> None:
    addresses = _primary()["settings"]["ip_configuration"]
    assert addresses["enable_private_path_for_google_cloud_services"] is True


def test_instances_depend_on_the_api_and_the_private_services_connection() -> None:
    for instance in _both():
        assert instance["depends_on"] == [
            "google_project_service.sqladmin",
            "google_service_networking_connection.private_vpc",
        ]


def test_primary_is_in_the_primary_region() -> None:
    assert _primary()["region"] == CENTRAL


@pytest.mark.parametrize(("config", "version"), [(BASE, "POSTGRES_15"), (OTHER, "POSTGRES_17")])
def test_edition_is_set_for_every_version(config: Block, version: str) -> None:
    for instance in _both(config):
        assert instance["settings"]["edition"] == "ENTERPRISE"
        assert instance["database_version"] == version


def test_names_of_instances_end_with_a_random_suffix() -> None:
    names = [instance["name"] for instance in _both()]
    assert names == [
        '${join("-", ["grid-test-db", random_id.db_suffix.hex])}',
        '${join("-", ["grid-test-db-copy", random_id.db_suffix.hex])}',
    ]


@pytest.mark.parametrize(("config", "type_"), [(OTHER, "REGIONAL"), (BASE, "ZONAL")])
def test_primary_is_regional_when_configured(config: Block, type_: str) -> None:
    assert _primary(config)["settings"]["availability_type"] == type_


def test_primary_can_be_restored_to_a_point_in_time() -> None:
    backups = _primary(OTHER)["settings"]["backup_configuration"]
    assert (backups["enabled"], backups["point_in_time_recovery_enabled"]) == (True, True)
    assert (backups["start_time"], backups["transaction_log_retention_days"]) == ("03:00", 5)
    retention = {"retained_backups": 14, "retention_unit": "COUNT"}
    assert backups["backup_retention_settings"] == retention


@pytest.mark.parametrize(
    ("config", "day", "hour"), [(OTHER, 1, 9), (BASE, 7, 7)], ids=["MONDAY", "SUNDAY"]
)
def test_maintenance_window_is_the_configured_one(config: Block, day: int, hour: int) -> None:
    window = _primary(config)["settings"]["maintenance_window"]
    assert (window["day"], window["hour"], window["update_track"]) == (day, hour, "stable")


# Disk


def test_disk_grows_up_to_the_configured_limit() -> None:
    for instance in _both(OTHER):
        settings = instance["settings"]
        assert (settings["disk_size"], settings["disk_autoresize"]) == (20, True)
        assert settings["disk_autoresize_limit"] == 40


# Protection


@pytest.mark.parametrize("protect", [True, False])
def test_deletion_protection_is_set_in_terraform_and_api_when_configured(protect: bool) -> None:
    for instance in _both(protect=protect):
        assert instance["deletion_protection"] is protect
        assert instance["settings"]["deletion_protection_enabled"] is protect


def test_lifecycle_has_prevent_destroy_when_protected() -> None:
    assert [one["lifecycle"]["prevent_destroy"] for one in _both(protect=True)] == [True, True]


def test_lifecycle_has_no_prevent_destroy_when_unprotected() -> None:
    assert not [one for one in _both(protect=False) if one["lifecycle"].get("prevent_destroy")]


@pytest.mark.parametrize("protect", [True, False])
def test_backups_are_retained_on_delete_when_protected(protect: bool) -> None:
    assert _primary(protect=protect)["settings"]["retain_backups_on_delete"] is protect


# Replica


def test_replica_replicates_the_primary_in_its_own_region() -> None:
    replica = _replica()
    assert replica["master_instance_name"] == "${google_sql_database_instance.main.name}"
    assert replica["region"] == EAST


@pytest.mark.parametrize("argument", ["ip_configuration", "edition", "tier", "disk_type"])
def test_replica_repeats_settings_that_it_does_not_inherit(argument: str) -> None:
    assert _replica()["settings"][argument] == _primary()["settings"][argument]


def test_replica_has_the_flags_of_the_primary() -> None:
    assert _flags(_replica()) == _flags(_primary()) != {}


def test_replica_max_connections_is_at_least_that_of_the_primary() -> None:
    primary, replica = (_flags(one) for one in _both(OTHER))
    assert int(replica["max_connections"]) >= int(primary["max_connections"]) == 300


@pytest.mark.parametrize(
    "argument", ["backup_configuration", "password_validation_policy", "maintenance_window"]
)
def test_replica_has_no_settings_of_a_primary(argument: str) -> None:
    assert argument not in _replica()["settings"]


def test_replica_has_no_mysql_configuration() -> None:
    assert not [one for one in _both() if "replica_configuration" in one]
    assert "failover_target" not in str(_replica())


def test_replica_is_zonal() -> None:
    assert _replica(OTHER)["settings"]["availability_type"] == "ZONAL"


def test_replicas_are_created_only_when_configured() -> None:
    instances = databases({**BASE, "replicas": {}}).of("google_sql_database_instance")
    assert instances.keys() == {"main"}


# Flags


def test_shared_buffers_is_not_set() -> None:
    assert not [one for one in _both() if "shared_buffers" in _flags(one)]


@pytest.mark.parametrize("flag", ["cloudsql.enable_pgaudit", "cloudsql.iam_authentication"])
def test_pgaudit_and_iam_authentication_are_on(flag: str) -> None:
    assert _flags(_primary())[flag] == "on"


def test_slow_query_threshold_is_the_configured_one() -> None:
    assert _flags(_primary(OTHER))["log_min_duration_statement"] == "250"


@pytest.mark.parametrize(("flag", "value"), [("log_connections", "off"), ("work_mem", "65536")])
def test_configured_flags_override_defaults(flag: str, value: str) -> None:
    for instance in _both(OTHER):
        assert _flags(instance)[flag] == value


def test_flag_is_set_once() -> None:
    flags = _primary(OTHER)["settings"]["database_flags"]
    names = [flag["name"] for flag in flags]
    assert names == sorted(set(names))


def test_query_insights_are_on_within_the_limit_of_the_edition() -> None:
    for instance in _both():
        insights = instance["settings"]["insights_config"]
        assert insights["query_insights_enabled"] is True
        assert 256 <= insights["query_string_length"] <= 4500


@pytest.mark.parametrize("field", ["record_application_tags", "record_client_address"])
def test_query_insights_record_client_address_and_tags(field: str) -> None:
    assert [one["settings"]["insights_config"][field] for one in _both()] == [True, True]


def test_password_policy_requires_strong_passwords() -> None:
    policy = _primary()["settings"]["password_validation_policy"]
    assert policy["enable_password_policy"] is True
    assert (policy["complexity"], policy["min_length"]) == ("COMPLEXITY_DEFAULT", 16)
    assert policy["disallow_username_substring"] is True
