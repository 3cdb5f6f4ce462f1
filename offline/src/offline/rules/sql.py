"""Cloud SQL for PostgreSQL: tiers, editions, backups, maintenance of one instance."""

import re

from offline.rules.case import Case
from offline.rules.registry import rule

TYPE = "google_sql_database_instance"
_TIERS = "doc: Cloud SQL, 'Instance settings' (machine type); issue: magic-modules#18014"


def postgres(case: Case) -> int | None:
    """Major version of PostgreSQL, None for another engine or when not known."""
    match = re.fullmatch(r"POSTGRES_(\d+)(_\d+)?", case.text("database_version"))
    if match is None:
        return None
    return 9 if match[1] == "9" else int(match[1])


def edition(case: Case) -> str:
    """ENTERPRISE or ENTERPRISE_PLUS; the default depends on the version (16 and up: PLUS)."""
    given = case.text("settings.edition")
    return given or ("ENTERPRISE_PLUS" if (postgres(case) or 0) >= 16 else "ENTERPRISE")


def replica(case: Case) -> bool:
    """Whether the instance is a replica of another."""
    return bool(case.planned.get("master_instance_name"))


@rule(TYPE, source=_TIERS)
def tier(case: Case) -> str | None:
    """A tier that PostgreSQL or the edition does not have."""
    name = case.text("settings.tier")
    if postgres(case) is None or not name:
        return None
    plus = re.fullmatch(r"db-(perf-optimized-N-\d+|c4a-highmem-\d+)", name)
    shared = name in ("db-f1-micro", "db-g1-small")
    custom = re.fullmatch(r"db-custom-\d+-\d+", name)
    if plus if edition(case) == "ENTERPRISE_PLUS" else (shared or custom):
        return None
    return f"Invalid request: Invalid Tier ({name}) for ({edition(case)}) Edition., invalid"


@rule(TYPE, source="doc: Cloud SQL, 'Instance settings': custom machine types")
def custom_tier(case: Case) -> str | None:
    """A custom tier whose CPU is odd, or whose memory is not a multiple of 256 MB, 3.75 GB up,
    0.9 to 6.5 GB a CPU.
    """
    match = re.fullmatch(r"db-custom-(\d+)-(\d+)", case.text("settings.tier"))
    if match is None:
        return None
    cpu, memory = int(match[1]), int(match[2])
    where = f"Invalid request: Invalid machine type {match[0]}: "
    if cpu != 1 and (cpu % 2 or not 2 <= cpu <= 96):
        return f"{where}the number of CPUs must be 1 or an even number from 2 to 96., invalid"
    if memory % 256:
        return f"{where}the memory must be a multiple of 256 MB., invalid"
    if memory < 3_840:
        return f"{where}the memory must be at least 3.75 GB (3840 MB)., invalid"
    if not 0.9 * 1024 * cpu <= memory <= 6.5 * 1024 * cpu:
        return f"{where}the memory must be 0.9 to 6.5 GB per CPU., invalid"
    return None


@rule(TYPE, source="doc: Cloud SQL, 'About Cloud SQL backups'; issue: langfuse#8")
def log_retention(case: Case) -> str | None:
    """Days of logs out of 1 to 7 (Enterprise Plus: 35), or more of them than backups."""
    days = case.number("settings.backup_configuration.transaction_log_retention_days")
    backups = case.number(
        "settings.backup_configuration.backup_retention_settings.retained_backups"
    )
    most = 35 if edition(case) == "ENTERPRISE_PLUS" else 7
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
    if backups is not None and not 1 <= backups <= 365:
        return "Invalid request: Number of retained backups must be between 1 and 365., invalid"
    return None


@rule(TYPE, source="provider doc: sql_database_instance, 'availability_type'")
def availability(case: Case) -> str | None:
    """REGIONAL without backups and point-in-time recovery."""
    if case.text("settings.availability_type") != "REGIONAL" or replica(case):
        return None
    base = "settings.backup_configuration."
    pitr = case.get(f"{base}point_in_time_recovery_enabled") or case.get(
        f"{base}binary_log_enabled"
    )
    if case.get(f"{base}enabled") and pitr:
        return None
    return (
        "Invalid request: Automated backups and point-in-time recovery must be enabled "
        "for an instance "
        "with availability type REGIONAL., invalid"
    )


@rule(TYPE, source="doc: Cloud SQL, 'Point-in-time recovery': needs automated backups")
def recovery(case: Case) -> str | None:
    """Point-in-time recovery without backups, or a start of backups that is no time."""
    base = "settings.backup_configuration."
    if case.get(f"{base}point_in_time_recovery_enabled") and not case.get(f"{base}enabled"):
        return (
            "Invalid request: Point-in-time recovery requires automated backups to be "
            "enabled., invalid"
        )
    start = case.text(f"{base}start_time")
    if start and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", start):
        return f"Invalid request: Invalid backup start time {start}, expected HH:MM., invalid"
    return None


@rule(TYPE, source="doc: Cloud SQL REST, ipConfiguration")
def reachable(case: Case) -> str | None:
    """An instance with neither a public address, a private network nor Private Service Connect."""
    if not case.blocks("settings.ip_configuration"):
        return None
    base = "settings.ip_configuration"
    block = case.blocks(base)[0]
    private = block.get("private_network") not in (None, "")
    psc = bool(case.get(f"{base}.psc_config.psc_enabled"))
    if case.get(f"{base}.ipv4_enabled") is not False or private or psc:
        return None
    return (
        "Invalid request: At least one of Public IP or Private IP or PSC connectivity must "
        "be enabled., invalid"
    )


@rule(
    TYPE, source="provider: resource_sql_database_instance.go:641 (text); doc: maintenance windows"
)
def maintenance(case: Case) -> str | None:
    """An update track that does not exist; the provider takes any text."""
    track = case.text("settings.maintenance_window.update_track")
    if track in ("", "canary", "stable", "week5"):
        return None
    return f"Invalid request: Invalid maintenance update track {track}., invalid"


@rule(TYPE, source="doc: Cloud SQL, 'Query insights': Enterprise takes 256 to 4500")
def insights(case: Case) -> str | None:
    """A query length that the edition does not take."""
    length = case.number("settings.insights_config.query_string_length")
    most = 20_480 if edition(case) == "ENTERPRISE_PLUS" else 4_500
    if length is None or 256 <= length <= most:
        return None
    return f"Invalid request: Query string length must be between 256 and {most}., invalid"


@rule(TYPE, source="doc: Cloud SQL, 'Instance settings': storage 10 GB to 64 TB")
def disk(case: Case) -> str | None:
    """A disk of less than 10 GB, one above its own limit of growth, or one made smaller."""
    size = case.number("settings.disk_size")
    limit = case.number("settings.disk_autoresize_limit")
    if size is not None and not 10 <= size <= 65_536:
        return f"Invalid request: Disk size {size:.0f} GB must be between 10 and 65536 GB., invalid"
    if size is not None and limit and limit < size:
        return (
            f"Invalid request: Storage auto-resize limit {limit:.0f} must be at least the "
            "disk size., invalid"
        )
    return None


@rule(TYPE, source="doc: Cloud SQL, 'Managed connection pooling': Enterprise Plus only")
def pooling(case: Case) -> str | None:
    """Managed connection pooling or the data cache on the edition that has neither."""
    if edition(case) == "ENTERPRISE_PLUS":
        return None
    if case.get("settings.connection_pool_config.connection_pooling_enabled"):
        return (
            "Invalid request: Connection pooling is only supported on ENTERPRISE_PLUS "
            "edition., invalid"
        )
    if case.get("settings.data_cache_config.data_cache_enabled"):
        return "Invalid request: Data cache is only supported on ENTERPRISE_PLUS edition., invalid"
    return None
