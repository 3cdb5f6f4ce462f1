"""Cloud SQL: what its API rejects."""

from itertools import pairwise
from typing import Any

import pytest
from resources import (
    PEERING,
    REPLICA,
    SQL,
)
from rule_cases import GONE, RuleCase, changed, check_both

SQL_TYPE, DATABASE, USER = "google_sql_database_instance", "google_sql_database", "google_sql_user"
CONNECTED = (("google_service_networking_connection", PEERING),)
PRIMARY = (*CONNECTED, (SQL_TYPE, SQL))
S = "settings.0"
BACKUP = f"{S}.backup_configuration.0"
APP = {"name": "app", "instance": "db", "password": "secret"}


def sql(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    """Return a case over the usual primary."""
    return RuleCase(f"sql.{rule}", SQL_TYPE, SQL, change, message, cloud=CONNECTED, **more)


def flag(name: str, value: str) -> dict[str, Any]:
    """One database flag alone."""
    return {f"{S}.database_flags": [{"name": name, "value": value}]}


def flags(rule: str, name: str, value: str, message: str) -> RuleCase:
    """Return a case of a flag over the usual primary."""
    return RuleCase(f"sql.flags.{rule}", SQL_TYPE, SQL, flag(name, value), message, cloud=CONNECTED)


def replica(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    """Return a case over the usual replica."""
    return RuleCase(
        f"sql.dependencies.{rule}", SQL_TYPE, REPLICA, change, message, cloud=PRIMARY, **more
    )


def cascade(*names: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return a primary and replicas, each of the one before."""
    below = pairwise(names)
    replicas = [REPLICA | {"name": name, "master_instance_name": of} for of, name in below]
    return (*PRIMARY, *((SQL_TYPE, instance) for instance in replicas))


def user(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    """Return a case over the usual user."""
    return RuleCase(f"sql.dependencies.{rule}", USER, APP, change, message, cloud=PRIMARY, **more)


CASES = [
    sql("tier", {f"{S}.tier": "db-n1-standard-2"}, "Invalid Tier (db-n1-standard-2)"),
    sql("tier", {f"{S}.edition": None, "database_version": "POSTGRES_16"}, "ENTERPRISE_PLUS"),
    sql("custom_tier", {f"{S}.tier": "db-custom-3-15360"}, "even number"),
    sql("custom_tier", {f"{S}.tier": "db-custom-4-15361"}, "multiple of 256"),
    sql("custom_tier", {f"{S}.tier": "db-custom-1-3584"}, "3840 MB"),
    sql("custom_tier", {f"{S}.tier": "db-custom-2-15360"}, "0.9 to 6.5 GB per CPU"),
    sql("log_retention", {f"{BACKUP}.transaction_log_retention_days": 8}, "between 1 and 7"),
    sql(
        "log_retention",
        {f"{BACKUP}.backup_retention_settings.0.retained_backups": 6},
        "at least the transaction log",
    ),
    sql("availability", {"database_version": "MYSQL_8_0", f"{S}.database_flags": []}, "REGIONAL"),
    sql("recovery", {f"{BACKUP}.enabled": False, f"{S}.availability_type": "ZONAL"}, "requires"),
    sql("recovery", {f"{BACKUP}.start_time": "24:00"}, "expected HH:MM"),
    sql("has_address", {f"{S}.ip_configuration.0.private_network": None}, "At least one of Public"),
    sql("maintenance", {f"{S}.maintenance_window.0.update_track": "preview"}, "track preview"),
    sql("insights", {f"{S}.insights_config.0.query_string_length": 5000}, "256 and 4500"),
    sql("disk", {f"{S}.disk_size": 5}, "between 10 and 65536"),
    sql("disk", {f"{S}.disk_autoresize_limit": 50}, "auto-resize limit 50"),
    sql("pooling", {f"{S}.data_cache_config": [{"data_cache_enabled": True}]}, "Data cache"),
    sql(
        "pooling",
        {f"{S}.connection_pool_config": [{"connection_pooling_enabled": True}]},
        "Connection pooling",
    ),
    flags("flag_names", "max_conections", "200", "invalidFlagName"),
    flags("flag_names", "pg_bigm.last_update", "2013.11.22", "invalidFlagName"),
    flags("flag_names", "cloudsql.enable_maintenance_non_superuser", "on", "invalidFlagName"),
    flags("flag_values", "commit_siblings", "1001", "invalidFlagValue"),
    flags("flag_values", "pg_bigm.enable_recheck", "yes", "invalidFlagValue"),
    flags("flag_values", "shared_buffers", "256MB", "shared_buffers=256MB"),
    flags("flag_values", "log_connections", "true", "invalidFlagValue"),
    flags("flag_values", "max_connections", "5", "invalidFlagValue"),
    flags("flag_values", "random_page_cost", "low", "invalidFlagValue"),
    flags("flag_values", "log_min_messages", "loud", "invalidFlagValue"),
    RuleCase(
        "sql.flags.flag_names",
        SQL_TYPE,
        SQL,
        {f"{S}.database_flags.1.name": "max_connections", f"{S}.database_flags.1.value": "1"},
        "Duplicate flag",
        cloud=CONNECTED,
    ),
    replica("primary_exists", {"master_instance_name": "x"}, "instanceDoesNotExist"),
    replica(
        "replica_levels",
        {"master_instance_name": "third", "name": "fifth"},
        "At most 4 levels",
        bad_cloud=cascade("db", "first", "second", "third"),
    ),
    replica("primary_ready", {"database_version": "POSTGRES_14"}, "version of its primary"),
    replica("primary_ready", {f"{S}.disk_size": 50}, "Disk size of the replica"),
    replica(
        "primary_ready",
        {},
        "automated backups and binary logging",
        instead=True,
        bad_cloud=(
            *CONNECTED,
            (SQL_TYPE, changed(SQL, {"database_version": "MYSQL_8_0"})),
        ),
    ),
    replica("replica_backups", {f"{S}.backup_configuration": [{"enabled": True}]}, "read replica"),
    replica("standby_flags", flag("max_connections", "100"), "hot standby is not possible"),
    user("instance_exists", {"instance": "x"}, "instanceDoesNotExist"),
    user("password", {"password": ""}, "Password cannot be empty"),
    user("password", {"password": GONE}, "Password cannot be empty"),
    user(
        "not_on_replica",
        {"instance": "db-replica"},
        "read replica",
        bad_cloud=((SQL_TYPE, REPLICA),),
    ),
    user(
        "password",
        {},
        "at least 16 characters",
        instead=True,
        bad_cloud=(
            (
                SQL_TYPE,
                changed(
                    SQL,
                    {
                        f"{S}.password_validation_policy": [
                            {"enable_password_policy": True, "min_length": 16}
                        ]
                    },
                ),
            ),
        ),
    ),
    RuleCase(
        "sql.dependencies.iam_user",
        USER,
        {"name": "api@p.iam", "type": "CLOUD_IAM_SERVICE_ACCOUNT", "instance": "db"},
        {"name": "api@p.iam.gserviceaccount.com"},
        "omit .gserviceaccount.com",
        cloud=PRIMARY,
    ),
    RuleCase(
        "sql.dependencies.reserved_database",
        DATABASE,
        {"name": "acme", "instance": "db"},
        {"name": "postgres"},
        "already exists",
        cloud=PRIMARY,
    ),
    *(
        user("reserved_role", {"name": name}, "is reserved")
        for name in ("pg_app", "public", "none", "cloudsqlsuperuser", "cloudsqladmin")
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)
