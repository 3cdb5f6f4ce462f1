"""Cloud SQL for PostgreSQL: tiers, editions, backups, maintenance of one instance."""

import re

from facts import cloud_sql
from offline.services.context import RuleContext
from offline.services.registry import rule

TYPE = "google_sql_database_instance"


def postgres(context: RuleContext) -> int | None:
    """Major version of PostgreSQL, None for another engine or when not known."""
    match = re.fullmatch(r"POSTGRES_(\d+)(_\d+)?", context.text("database_version"))
    if match is None:
        return None
    return 9 if match[1] == "9" else int(match[1])


def edition(context: RuleContext) -> cloud_sql.Edition:
    """ENTERPRISE or ENTERPRISE_PLUS; the default depends on the version (16 and up: PLUS)."""
    given = context.text("settings.edition")
    plus = given == "ENTERPRISE_PLUS" if given else (postgres(context) or 0) >= 16
    return "ENTERPRISE_PLUS" if plus else "ENTERPRISE"


def replica(context: RuleContext) -> bool:
    """Whether the instance is a replica of another."""
    return bool(context.planned.get("master_instance_name"))


@rule(TYPE)
def tier(context: RuleContext) -> str | None:
    """Reject a tier that PostgreSQL or the edition does not have."""
    name = context.text("settings.tier")
    if postgres(context) is None or not name:
        return None
    plus = re.fullmatch(cloud_sql.enterprise_plus_tiers(), name)
    shared = name in cloud_sql.shared_core_tiers()
    custom = re.fullmatch(r"db-custom-(N4-)?\d+-\d+", name)
    if plus if edition(context) == "ENTERPRISE_PLUS" else (shared or custom):
        return None
    return f"Invalid request: Invalid Tier ({name}) for ({edition(context)}) Edition., invalid"


@rule(TYPE)
def custom_tier(context: RuleContext) -> str | None:
    """Reject a custom tier whose CPU is odd, or whose memory is not a multiple of 256 MB, 3.75 GB
    up, 0.9 to 6.5 GB a CPU.
    """
    match = re.fullmatch(r"db-custom-(\d+)-(\d+)", context.text("settings.tier"))
    if match is None:
        return None
    cpu, memory = int(match[1]), int(match[2])
    where = f"Invalid request: Invalid machine type {match[0]}: "
    most, least, step = cloud_sql.max_cpu(), cloud_sql.min_memory_mib(), cloud_sql.memory_step_mib()
    if cpu != 1 and (cpu % 2 or not 2 <= cpu <= most):
        return f"{where}the number of CPUs must be 1 or an even number from 2 to {most}., invalid"
    if memory % step:
        return f"{where}the memory must be a multiple of {step} MB., invalid"
    if memory < least:
        return f"{where}the memory must be at least {least / 1024} GB ({least} MB)., invalid"
    low, high = cloud_sql.memory_range_mib(cpu)
    if not low <= memory <= high:
        return f"{where}the memory must be 0.9 to 6.5 GB per CPU., invalid"
    return None


@rule(TYPE)
def log_retention(context: RuleContext) -> str | None:
    """Days of logs out of 1 to 7 (Enterprise Plus: 35), or more of them than backups."""
    days = context.number("settings.backup_configuration.transaction_log_retention_days")
    backups = context.number(
        "settings.backup_configuration.backup_retention_settings.retained_backups"
    )
    most, kept = (
        cloud_sql.max_log_retention_days(edition(context)),
        cloud_sql.max_retained_backups(),
    )
    if days is not None and not 1 <= days <= most:
        return (
            f"Invalid request: Transaction log retention days must be between 1 and {most}., "
            "invalid"
        )
    if days is not None and backups is not None and backups < days:
        return (
            f"Invalid request: Number of retained backups ({backups:.0f}) must be at "
            "least the transaction "
            f"log retention days ({days:.0f})., invalid"
        )
    if backups is not None and not 1 <= backups <= kept:
        return f"Invalid request: Number of retained backups must be between 1 and {kept}., invalid"
    return None


@rule(TYPE)
def availability(context: RuleContext) -> str | None:
    """Reject MySQL with availability type REGIONAL without backups and binary logs."""
    if context.text("settings.availability_type") != "REGIONAL" or replica(context):
        return None
    base = "settings.backup_configuration."
    logged = context.get(f"{base}enabled") and context.get(f"{base}binary_log_enabled")
    if logged or not context.text("database_version").startswith("MYSQL"):
        return None
    return (
        "Invalid request: Automated backups and binary logging must be enabled for an instance "
        "with availability type REGIONAL., invalid"
    )


@rule(TYPE)
def recovery(context: RuleContext) -> str | None:
    """Point-in-time recovery without backups, or a start of backups that is no time."""
    base = "settings.backup_configuration."
    if context.get(f"{base}point_in_time_recovery_enabled") and not context.get(f"{base}enabled"):
        return (
            "Invalid request: Point-in-time recovery requires automated backups to be "
            "enabled., invalid"
        )
    start = context.text(f"{base}start_time")
    if start and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", start):
        return f"Invalid request: Invalid backup start time {start}, expected HH:MM., invalid"
    return None


@rule(TYPE)
def has_address(context: RuleContext) -> str | None:
    """Reject an instance with neither a public address, a private network nor Private Service
    Connect.
    """
    if not context.blocks("settings.ip_configuration"):
        return None
    base = "settings.ip_configuration"
    block = context.blocks(base)[0]
    private = block.get("private_network") not in (None, "")
    psc = bool(context.get(f"{base}.psc_config.psc_enabled"))
    if context.get(f"{base}.ipv4_enabled") is not False or private or psc:
        return None
    return (
        "Invalid request: At least one of Public IP or Private IP or PSC connectivity must "
        "be enabled., invalid"
    )


@rule(TYPE)
def maintenance(context: RuleContext) -> str | None:
    """Reject an update track that does not exist; the provider takes any text."""
    track = context.text("settings.maintenance_window.update_track")
    if not track or track in cloud_sql.update_tracks():
        return None
    return f"Invalid request: Invalid maintenance update track {track}., invalid"


@rule(TYPE)
def insights(context: RuleContext) -> str | None:
    """Reject a query length that the edition does not take."""
    length = context.number("settings.insights_config.query_string_length")
    least, most = cloud_sql.query_length_range(edition(context))
    if length is None or least <= length <= most:
        return None
    return f"Invalid request: Query string length must be between {least} and {most}., invalid"


@rule(TYPE)
def disk(context: RuleContext) -> str | None:
    """Reject a disk of less than 10 GB, one above its own limit of growth, or one made smaller."""
    size = context.number("settings.disk_size")
    limit = context.number("settings.disk_autoresize_limit")
    low, high = cloud_sql.disk_range_gb()
    if size is not None and not low <= size <= high:
        return (
            f"Invalid request: Disk size {size:.0f} GB must be between {low} and {high} GB., "
            "invalid"
        )
    if size is not None and limit and limit < size:
        return (
            f"Invalid request: Storage auto-resize limit {limit:.0f} must be at least the "
            "disk size., invalid"
        )
    return None


@rule(TYPE)
def pooling(context: RuleContext) -> str | None:
    """Reject managed connection pooling or the data cache on the edition that has neither."""
    if edition(context) == "ENTERPRISE_PLUS":
        return None
    if context.get("settings.connection_pool_config.connection_pooling_enabled"):
        return (
            "Invalid request: Connection pooling is only supported on ENTERPRISE_PLUS "
            "edition., invalid"
        )
    if context.get("settings.data_cache_config.data_cache_enabled"):
        return "Invalid request: Data cache is only supported on ENTERPRISE_PLUS edition., invalid"
    return None
