"""Settings of Cloud SQL instances, as pure functions of the configuration."""

from collections.abc import Mapping

from cdktf_cdktf_provider_google.sql_database_instance import (
    SqlDatabaseInstanceSettings as Settings,
    SqlDatabaseInstanceSettingsBackupConfiguration as Backups,
    SqlDatabaseInstanceSettingsBackupConfigurationBackupRetentionSettings as BackupRetention,
    SqlDatabaseInstanceSettingsDatabaseFlags as Flag,
    SqlDatabaseInstanceSettingsInsightsConfig as Insights,
    SqlDatabaseInstanceSettingsIpConfiguration as IpConfiguration,
    SqlDatabaseInstanceSettingsMaintenanceWindow as MaintenanceWindow,
    SqlDatabaseInstanceSettingsPasswordValidationPolicy as PasswordPolicy,
)

from environments.schema import DatabaseConfig, MaintenanceConfig

_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def day_number(maintenance: MaintenanceConfig) -> int:
    """Return Cloud SQL's number of a weekday: 1 is Monday, 7 is Sunday."""
    return _DAYS.index(maintenance.day) + 1


def flags(config: DatabaseConfig) -> dict[str, str]:
    """Return the database flags by name.

    `max_connections` is the same on replicas: a PostgreSQL standby with less than its primary
    refuses to serve. `shared_buffers` is left to Cloud SQL, which takes about a third of the
    memory; the architecture spec's 256 MB would be less on every tier used here.
    """
    return {
        "cloudsql.enable_pgaudit": "on",
        "cloudsql.iam_authentication": "on",
        "log_checkpoints": "on",
        "log_connections": "on",
        "log_disconnections": "on",
        "log_error_verbosity": "default",
        "log_lock_waits": "on",
        "log_min_duration_statement": str(config.slow_query_ms),
        "log_min_error_statement": "error",
        "log_min_messages": "warning",
        "log_temp_files": "0",
        "max_connections": str(config.max_connections),
        "pgaudit.log": "ddl,role",
    } | config.flags


def _flag_blocks(values: Mapping[str, str]) -> list[Flag]:
    return [Flag(name=name, value=value) for name, value in sorted(values.items())]


def _ip_configuration(network: str) -> IpConfiguration:
    """Configure a private address only. A replica repeats it, or the API assigns a public one."""
    return IpConfiguration(
        ipv4_enabled=False,
        private_network=network,
        ssl_mode="ENCRYPTED_ONLY",
        enable_private_path_for_google_cloud_services=True,
    )


def _insights() -> Insights:
    return Insights(
        query_insights_enabled=True,
        query_string_length=1024,
        record_application_tags=True,
        record_client_address=True,
    )


def primary(config: DatabaseConfig, *, network: str, protect: bool) -> Settings:
    """Return the settings of the primary on this network."""
    backups = config.backups
    return Settings(
        edition=config.edition,
        tier=config.tier,
        availability_type="REGIONAL" if config.high_availability else "ZONAL",
        disk_size=config.disk_size_gb,
        disk_type="PD_SSD",
        disk_autoresize=True,
        disk_autoresize_limit=config.disk_limit_gb,
        backup_configuration=Backups(
            enabled=True,
            start_time=f"{backups.start_hour:02d}:00",
            point_in_time_recovery_enabled=True,
            transaction_log_retention_days=backups.log_retention_days,
            backup_retention_settings=BackupRetention(
                retained_backups=backups.retained_backups, retention_unit="COUNT"
            ),
        ),
        retain_backups_on_delete=protect,
        ip_configuration=_ip_configuration(network),
        database_flags=_flag_blocks(flags(config)),
        insights_config=_insights(),
        maintenance_window=MaintenanceWindow(
            day=day_number(config.maintenance), hour=config.maintenance.hour, update_track="stable"
        ),
        password_validation_policy=PasswordPolicy(
            enable_password_policy=True,
            min_length=16,
            complexity="COMPLEXITY_DEFAULT",
            disallow_username_substring=True,
        ),
        deletion_protection_enabled=protect,
    )


def replica(config: DatabaseConfig, *, network: str, protect: bool) -> Settings:
    """Return the settings of a read replica: the primary's machine and flags, but no backups."""
    return Settings(
        edition=config.edition,
        tier=config.tier,
        availability_type="ZONAL",
        disk_size=config.disk_size_gb,
        disk_type="PD_SSD",
        disk_autoresize=True,
        disk_autoresize_limit=config.disk_limit_gb,
        ip_configuration=_ip_configuration(network),
        database_flags=_flag_blocks(flags(config)),
        insights_config=_insights(),
        deletion_protection_enabled=protect,
    )
