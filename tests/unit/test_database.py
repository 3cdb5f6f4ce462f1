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
    return {one["name"]: one["value"] for one in instance["settings"]["database_flags"]}


# The instance


def test_the_database_has_a_private_address_and_no_public_one() -> None:
    addresses = _primary()["settings"]["ip_configuration"]
    assert addresses["ipv4_enabled"] is False
    assert addresses["private_network"] == "${google_compute_network.main.id}"


def test_google_s_own_services_reach_the_database_in_private_too() -> None:
    addresses = _primary()["settings"]["ip_configuration"]
    assert addresses["enable_private_path_for_google_cloud_services"] is True


def test_connections_are_encrypted() -> None:
    assert _primary()["settings"]["ip_configuration"]["ssl_mode"] == "ENCRYPTED_ONLY"


def test_the_database_waits_for_its_api_and_for_the_connection() -> None:
    for instance in _both():
        assert instance["depends_on"] == [
            "google_project_service.sqladmin",
            "google_service_networking_connection.private_vpc",
        ]


def test_the_database_is_in_its_region() -> None:
    assert _primary()["region"] == CENTRAL


@pytest.mark.parametrize(("config", "version"), [(BASE, "POSTGRES_15"), (OTHER, "POSTGRES_17")])
def test_the_edition_is_named_whatever_the_version(config: Block, version: str) -> None:
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
def test_the_primary_has_a_standby_where_the_file_says_so(config: Block, type_: str) -> None:
    assert _primary(config)["settings"]["availability_type"] == type_


def test_the_primary_can_be_restored_to_a_point_in_time() -> None:
    backups = _primary(OTHER)["settings"]["backup_configuration"]
    assert (backups["enabled"], backups["point_in_time_recovery_enabled"]) == (True, True)
    assert (backups["start_time"], backups["transaction_log_retention_days"]) == ("03:00", 5)
    retention = {"retained_backups": 14, "retention_unit": "COUNT"}
    assert backups["backup_retention_settings"] == retention


@pytest.mark.parametrize(
    ("config", "day", "hour"), [(OTHER, 1, 9), (BASE, 7, 7)], ids=["MONDAY", "SUNDAY"]
)
def test_maintenance_is_on_the_day_and_hour_of_the_file(config: Block, day: int, hour: int) -> None:
    window = _primary(config)["settings"]["maintenance_window"]
    assert (window["day"], window["hour"], window["update_track"]) == (day, hour, "stable")


# Disk


def test_the_disk_grows_to_the_limit_of_the_file() -> None:
    for instance in _both(OTHER):
        settings = instance["settings"]
        assert (settings["disk_size"], settings["disk_autoresize"]) == (20, True)
        assert settings["disk_autoresize_limit"] == 40


def test_a_grown_disk_is_left_alone() -> None:
    for instance in _both():
        assert instance["lifecycle"]["ignore_changes"] == ["settings[0].disk_size"]


# Protection


@pytest.mark.parametrize("protect", [True, False])
def test_terraform_and_google_both_refuse_a_deletion_where_the_file_says_so(protect: bool) -> None:
    for instance in _both(protect=protect):
        assert instance["deletion_protection"] is protect
        assert instance["settings"]["deletion_protection_enabled"] is protect


def test_a_plan_may_not_destroy_what_is_protected() -> None:
    assert [one["lifecycle"]["prevent_destroy"] for one in _both(protect=True)] == [True, True]


def test_a_plan_may_destroy_what_is_not_protected() -> None:
    assert not [one for one in _both(protect=False) if one["lifecycle"].get("prevent_destroy")]


@pytest.mark.parametrize("protect", [True, False])
def test_backups_outlive_a_protected_database(protect: bool) -> None:
    assert _primary(protect=protect)["settings"]["retain_backups_on_delete"] is protect


# Replica


def test_a_replica_follows_the_primary_from_its_own_region() -> None:
    replica = _replica()
    assert replica["master_instance_name"] == "${google_sql_database_instance.main.name}"
    assert replica["region"] == EAST


@pytest.mark.parametrize("argument", ["ip_configuration", "edition", "tier", "disk_type"])
def test_a_replica_repeats_what_it_does_not_inherit(argument: str) -> None:
    assert _replica()["settings"][argument] == _primary()["settings"][argument]


def test_a_replica_has_the_flags_of_the_primary() -> None:
    assert _flags(_replica()) == _flags(_primary()) != {}


def test_a_replica_takes_as_many_connections_as_the_primary() -> None:
    primary, replica = (_flags(one) for one in _both(OTHER))
    assert int(replica["max_connections"]) >= int(primary["max_connections"]) == 300


@pytest.mark.parametrize(
    "argument", ["backup_configuration", "password_validation_policy", "maintenance_window"]
)
def test_a_replica_has_nothing_that_only_a_primary_may_have(argument: str) -> None:
    assert argument not in _replica()["settings"]


def test_a_replica_has_no_mysql_configuration() -> None:
    assert not [one for one in _both() if "replica_configuration" in one]
    assert "failover_target" not in str(_replica())


def test_a_replica_has_no_standby_of_its_own() -> None:
    assert _replica(OTHER)["settings"]["availability_type"] == "ZONAL"


def test_there_is_no_replica_that_the_file_does_not_name() -> None:
    instances = databases({**BASE, "replicas": {}}).of("google_sql_database_instance")
    assert instances.keys() == {"main"}


# Flags


def test_memory_for_buffers_is_left_to_cloud_sql() -> None:
    assert not [one for one in _both() if "shared_buffers" in _flags(one)]


@pytest.mark.parametrize("flag", ["cloudsql.enable_pgaudit", "cloudsql.iam_authentication"])
def test_audit_and_iam_logins_are_on(flag: str) -> None:
    assert _flags(_primary())[flag] == "on"


def test_slow_statements_are_logged_from_the_time_of_the_file() -> None:
    assert _flags(_primary(OTHER))["log_min_duration_statement"] == "250"


@pytest.mark.parametrize(("flag", "value"), [("log_connections", "off"), ("work_mem", "65536")])
def test_flags_of_the_file_win(flag: str, value: str) -> None:
    for instance in _both(OTHER):
        assert _flags(instance)[flag] == value


def test_a_flag_is_set_once() -> None:
    flags = _primary(OTHER)["settings"]["database_flags"]
    names = [one["name"] for one in flags]
    assert names == sorted(set(names))


def test_query_insights_are_on_within_the_limit_of_the_edition() -> None:
    for instance in _both():
        insights = instance["settings"]["insights_config"]
        assert insights["query_insights_enabled"] is True
        assert 256 <= insights["query_string_length"] <= 4500


@pytest.mark.parametrize("field", ["record_application_tags", "record_client_address"])
def test_query_insights_say_where_a_query_comes_from(field: str) -> None:
    assert [one["settings"]["insights_config"][field] for one in _both()] == [True, True]


def test_passwords_that_people_set_are_strong() -> None:
    policy = _primary()["settings"]["password_validation_policy"]
    assert policy["enable_password_policy"] is True
    assert (policy["complexity"], policy["min_length"]) == ("COMPLEXITY_DEFAULT", 16)
    assert policy["disallow_username_substring"] is True
