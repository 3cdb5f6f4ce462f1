"""Rules of what holds data: database, cache and backups."""

from collections.abc import Iterator

from environments import google_cloud
from environments.problems import Problem
from environments.schema import Environment


def tier_exists(env: Environment) -> Iterator[Problem]:
    """The database's machine is one that Cloud SQL has."""
    wanted = google_cloud.sql_tier_problem(env.database.tier)
    if wanted:
        yield Problem(("database", "tier"), env.database.tier, wanted)


def connections_suffice(env: Environment) -> Iterator[Problem]:
    """All instances of all services together open no more connections than the database takes."""
    needed = sum(
        service.database.pool_size * service.max_instances * len(env.regions_of(service))
        for service in env.services.values()
        if service.database
    )
    available = env.database.max_connections - google_cloud.RESERVED_CONNECTIONS
    if needed > available:
        yield Problem(
            ("database", "max_connections"),
            str(env.database.max_connections),
            f"at least {needed + google_cloud.RESERVED_CONNECTIONS}: the services open up to "
            f"{needed} (pool_size × max_instances × regions) and "
            f"{google_cloud.RESERVED_CONNECTIONS} are kept free",
        )


def database_is_sound(env: Environment) -> Iterator[Problem]:
    """Disk, users, maintenance and log retention of the database agree with one another."""
    database = env.database
    if 0 < database.disk_limit_gb < database.disk_size_gb:
        wanted = f"0 or at least disk_size_gb ({database.disk_size_gb})"
        yield Problem(("database", "disk_limit_gb"), str(database.disk_limit_gb), wanted)
    if database.user == database.migration_user:
        yield Problem(("database", "migration_user"), database.user, "another user than user")
    if database.backups.retained_backups <= database.backups.log_retention_days:
        wanted = f"more than log_retention_days ({database.backups.log_retention_days})"
        got = str(database.backups.retained_backups)
        yield Problem(("database", "backups", "retained_backups"), got, wanted)
    start = database.backups.start_hour
    if (database.maintenance.hour - start) % 24 < 4:
        wanted = f"an hour outside the backup window, {start}:00 to {(start + 4) % 24}:00"
        yield Problem(("database", "maintenance", "hour"), str(database.maintenance.hour), wanted)
    if "max_connections" in database.flags:
        path = ("database", "flags", "max_connections")
        yield Problem(path, "a flag", "database.max_connections, which the replicas follow")


def cache_is_sound(env: Environment) -> Iterator[Problem]:
    """Snapshots have the tier that keeps them."""
    if env.cache.snapshots and not env.cache.high_availability:
        wanted = "false, or cache.high_availability: true"
        yield Problem(("cache", "snapshots"), "true", wanted)


def backups_leave_the_region(env: Environment) -> Iterator[Problem]:
    """Backups are not where the database is, and outlive their retention."""
    backups = env.storage.backups
    if backups.location.lower() == env.primary_region:
        yield Problem(
            ("storage", "backups", "location"),
            backups.location,
            "a location other than the database's region",
        )
    if backups.expire_days <= backups.retention_days:
        wanted = f"more than retention_days ({backups.retention_days})"
        yield Problem(("storage", "backups", "expire_days"), str(backups.expire_days), wanted)


RULES = (
    tier_exists,
    connections_suffice,
    database_is_sound,
    cache_is_sound,
    backups_leave_the_region,
)
