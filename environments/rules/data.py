"""Rules of what holds data: database, cache and backups."""

from collections.abc import Iterator

from environments import google_cloud
from environments.problems import Path, Problem
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
    regions: tuple[Path, ...] = tuple(("services", name, "regions") for name in env.services)
    available = env.database.max_connections - google_cloud.RESERVED_CONNECTIONS
    if needed > available:
        yield Problem(
            ("database", "max_connections"),
            str(env.database.max_connections),
            f"at least {needed + google_cloud.RESERVED_CONNECTIONS}: the services open up to "
            f"{needed} (pool_size × max_instances × regions) and "
            f"{google_cloud.RESERVED_CONNECTIONS} are kept free",
            because=regions,
        )


def database_is_sound(env: Environment) -> Iterator[Problem]:
    """Disk, users and flags of the database agree with one another."""
    database = env.database
    if 0 < database.disk_limit_gb < database.disk_size_gb:
        yield Problem(
            ("database", "disk_limit_gb"),
            str(database.disk_limit_gb),
            f"0 or at least disk_size_gb ({database.disk_size_gb})",
            because=(("database", "disk_size_gb"),),
        )
    if database.user == database.migration_user:
        yield Problem(
            ("database", "migration_user"),
            database.migration_user,
            "another user than database.user",
            because=(("database", "user"),),
        )
    if "max_connections" in database.flags:
        path = ("database", "flags", "max_connections")
        yield Problem(path, "a flag", "database.max_connections, which the replicas follow")


def backups_run_alone(env: Environment) -> Iterator[Problem]:
    """Backups outlive the log, and maintenance keeps out of their window."""
    backups, hour = env.database.backups, env.database.maintenance.hour
    at = ("database", "backups")
    if backups.retained_backups <= backups.log_retention_days:
        yield Problem(
            (*at, "retained_backups"),
            str(backups.retained_backups),
            f"more than log_retention_days ({backups.log_retention_days})",
            because=((*at, "log_retention_days"),),
        )
    start = backups.start_hour
    if (hour - start) % 24 < 4:
        yield Problem(
            ("database", "maintenance", "hour"),
            str(hour),
            f"an hour outside the backup window, {start}:00 to {(start + 4) % 24}:00",
            because=((*at, "start_hour"),),
        )


def cache_is_sound(env: Environment) -> Iterator[Problem]:
    """Snapshots have the tier that keeps them."""
    if env.cache.snapshots and not env.cache.high_availability:
        wanted = "false, or cache.high_availability: true"
        because = (("cache", "high_availability"),)
        yield Problem(("cache", "snapshots"), "true", wanted, because=because)


def backups_leave_the_region(env: Environment) -> Iterator[Problem]:
    """Backups are somewhere, not where the database is, and outlive their retention."""
    backups = env.storage.backups
    known = google_cloud.MULTI_REGIONS | {region.upper() for region in google_cloud.REGIONS}
    if backups.location.upper() not in known:
        wanted = "a multi-region, such as US, EU or ASIA, or a Google Cloud region"
        yield Problem(("storage", "backups", "location"), backups.location, wanted)
    if backups.location.lower() == env.primary_region:
        yield Problem(
            ("storage", "backups", "location"),
            backups.location,
            "a location other than the database's region",
            because=(("primary_region",),),
        )
    if backups.expire_days <= backups.retention_days:
        wanted = f"more than retention_days ({backups.retention_days})"
        because = (("storage", "backups", "retention_days"),)
        got = str(backups.expire_days)
        yield Problem(("storage", "backups", "expire_days"), got, wanted, because=because)


RULES = (
    tier_exists,
    connections_suffice,
    database_is_sound,
    backups_run_alone,
    cache_is_sound,
    backups_leave_the_region,
)
