"""Rules of what holds data: database, cache and backups."""

import re
from collections.abc import Iterator

from environments.problems import Path, Problem
from environments.schema import Environment
from facts import cloud_sql, locations

RESERVED_CONNECTIONS = 20
"""Database connections kept for migrations, Cloud SQL's own agents and a person with psql."""


def check_tier(environment: Environment) -> Iterator[Problem]:
    """Check that Cloud SQL has the tier of the database."""
    expected = _expected_tier(environment.database.tier)
    if expected:
        yield Problem(("database", "tier"), environment.database.tier, expected)


def _expected_tier(tier: str) -> str | None:
    """Say what a tier of edition ENTERPRISE would have to be, or return None if it is right."""
    if tier in cloud_sql.shared_core_tiers():
        return None
    match = re.fullmatch(r"db-custom-([0-9]+)-([0-9]+)", tier)
    if not match:
        return "db-f1-micro, db-g1-small or db-custom-<vCPU>-<memory in MiB>"
    cpu, memory = int(match[1]), int(match[2])
    most_cpu, least, step = (
        cloud_sql.max_cpu(),
        cloud_sql.min_memory_mib(),
        cloud_sql.memory_step_mib(),
    )
    if not 1 <= cpu <= most_cpu or (cpu > 1 and cpu % 2):
        return f"1 or an even number of vCPU up to {most_cpu}"
    if memory < least or memory % step:
        return f"at least {least} MiB of memory, in steps of {step}"
    low, high = cloud_sql.memory_range_mib(cpu)
    if not low <= memory <= high:
        return f"{low:.0f} to {high:.0f} MiB of memory for {cpu} vCPU"
    return None


def check_connection_limit(environment: Environment) -> Iterator[Problem]:
    """Check that all instances of all services open no more connections than the database takes."""
    needed = sum(
        service.database.pool_size * service.max_instances * len(environment.regions_of(service))
        for service in environment.services.values()
        if service.database
    )
    regions: tuple[Path, ...] = tuple(
        ("services", name, "regions") for name in environment.services
    )
    available = environment.database.max_connections - RESERVED_CONNECTIONS
    if needed > available:
        yield Problem(
            ("database", "max_connections"),
            str(environment.database.max_connections),
            f"at least {needed + RESERVED_CONNECTIONS}: the services open up to "
            f"{needed} (pool_size × max_instances × regions) and "
            f"{RESERVED_CONNECTIONS} are kept free",
            depends_on=regions,
        )


def check_database(environment: Environment) -> Iterator[Problem]:
    """Check that disk, users and flags of the database agree with one another."""
    database = environment.database
    if 0 < database.disk_limit_gb < database.disk_size_gb:
        yield Problem(
            ("database", "disk_limit_gb"),
            str(database.disk_limit_gb),
            f"0 or at least disk_size_gb ({database.disk_size_gb})",
            depends_on=(("database", "disk_size_gb"),),
        )
    if database.user == database.migration_user:
        yield Problem(
            ("database", "migration_user"),
            database.migration_user,
            "another user than database.user",
            depends_on=(("database", "user"),),
        )
    promoted = database.promoted
    if promoted and promoted.replica in database.replicas:
        yield Problem(
            ("database", "replicas", promoted.replica),
            "the name of database.promoted.replica",
            "another name: the promoted instance keeps its own",
            depends_on=(("database", "promoted"),),
        )
    if "max_connections" in database.flags:
        path = ("database", "flags", "max_connections")
        yield Problem(path, "a flag", "database.max_connections, which the replicas follow")


def check_backup_window(environment: Environment) -> Iterator[Problem]:
    """Check that backups outlive the log, and that maintenance is outside of their window."""
    backups, hour = environment.database.backups, environment.database.maintenance.hour
    at = ("database", "backups")
    if backups.retained_backups <= backups.log_retention_days:
        yield Problem(
            (*at, "retained_backups"),
            str(backups.retained_backups),
            f"more than log_retention_days ({backups.log_retention_days})",
            depends_on=((*at, "log_retention_days"),),
        )
    start = backups.start_hour
    if (hour - start) % 24 < 4:
        yield Problem(
            ("database", "maintenance", "hour"),
            str(hour),
            f"an hour outside the backup window, {start}:00 to {(start + 4) % 24}:00",
            depends_on=((*at, "start_hour"),),
        )


def check_cache_snapshots(environment: Environment) -> Iterator[Problem]:
    """Check that snapshots have the tier that keeps them."""
    if environment.cache.snapshots and not environment.cache.high_availability:
        expected = "false, or cache.high_availability: true"
        depends_on = (("cache", "high_availability"),)
        yield Problem(("cache", "snapshots"), "true", expected, depends_on=depends_on)


def check_backup_location(environment: Environment) -> Iterator[Problem]:
    """Check that backups are in another location than the database, and outlive their retention."""
    backups = environment.storage.backups
    known = locations.bucket_areas() | {region.upper() for region in locations.regions()}
    if backups.location.upper() not in known:
        expected = "a multi-region, such as US, EU or ASIA, or a Google Cloud region"
        yield Problem(("storage", "backups", "location"), backups.location, expected)
    if backups.location.lower() == environment.primary_region:
        yield Problem(
            ("storage", "backups", "location"),
            backups.location,
            "a location other than the database's region",
            depends_on=(("primary_region",),),
        )
    if backups.expire_days <= backups.retention_days:
        expected = f"more than retention_days ({backups.retention_days})"
        depends_on = (("storage", "backups", "retention_days"),)
        actual = str(backups.expire_days)
        yield Problem(
            ("storage", "backups", "expire_days"), actual, expected, depends_on=depends_on
        )


RULES = (
    check_tier,
    check_connection_limit,
    check_database,
    check_backup_window,
    check_cache_snapshots,
    check_backup_location,
)
