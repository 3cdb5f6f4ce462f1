"""Rules of database, cache and backups: the last legal value, and the first illegal one."""

from typing import Any

from tests.environments.samples import Changes, Row


def _row(path: str, legal: Any, illegal: Any, expected: str, **others: Any) -> Row:
    return (
        "prod",
        {**others, path: legal},
        {**others, path: illegal},
        [(path, str(illegal), expected)],
    )


def _tier(legal: str, illegal: str, expected: str) -> Row:
    return _row("database.tier", legal, illegal, expected)


def _hour(start: int, legal: int, illegal: int, window: str) -> Row:
    expected = f"an hour outside the backup window, {window}"
    path, backups = "database.maintenance.hour", {"database.backups": {"start_hour": start}}
    return _row(path, legal, illegal, expected, **backups)


def _connections(name: str, needed: int, changes: Changes) -> Row:
    path, enough = "database.max_connections", needed + 20
    expected = (
        f"at least {enough}: the services open up to {needed} "
        "(pool_size × max_instances × regions) and 20 are kept free"
    )
    legal, illegal = {**changes, path: enough}, {**changes, path: enough - 1}
    return name, legal, illegal, [(path, str(enough - 1), expected)]


SHAPE = "db-f1-micro, db-g1-small or db-custom-<vCPU>-<memory in MiB>"
CPUS = "1 or an even number of vCPU up to 96"
STEPS = "at least 3840 MiB of memory, in steps of 256"

ROWS: dict[str, Row] = {
    "connections of two services": _connections("dev", 10 * 5 + 10 * 5, {}),
    "connections of a larger pool": _connections(
        "dev", 10 * 7 + 10 * 5, {"services.auth.database.pool_size": 7}
    ),
    "connections of every region": _connections("prod", (100 + 200) * 2, {}),
    "connections of a service's own regions": _connections(
        "prod", 100 * 1 + 200 * 2, {"services.auth.regions": ["us-east1"]}
    ),
    "tier of another shape": _tier("db-f1-micro", "db-n1-standard-1", SHAPE),
    "tier of another edition": _tier("db-g1-small", "db-perf-optimized-N-2", SHAPE),
    "no vCPU": _tier("db-custom-1-3840", "db-custom-0-3840", CPUS),
    "odd number of vCPU": _tier("db-custom-1-3840", "db-custom-3-7680", CPUS),
    "too many vCPU": _tier("db-custom-96-98304", "db-custom-98-98304", CPUS),
    "too little memory": _tier("db-custom-1-3840", "db-custom-1-3584", STEPS),
    "memory between two steps": _tier("db-custom-1-4096", "db-custom-1-4000", STEPS),
    "too little memory for the vCPU": _tier(
        "db-custom-10-9216", "db-custom-10-8960", "9216 to 66560 MiB of memory for 10 vCPU"
    ),
    "too much memory for the vCPU": _tier(
        "db-custom-1-6656", "db-custom-1-6912", "922 to 6656 MiB of memory for 1 vCPU"
    ),
    "disk limit below the disk": _row(
        "database.disk_limit_gb", 100, 99, "0 or at least disk_size_gb (100)"
    ),
    "no disk limit is 0": _row("database.disk_limit_gb", 0, 1, "0 or at least disk_size_gb (100)"),
    "one user for both": _row(
        "database.migration_user", "grid_owner", "grid_app", "another user than database.user"
    ),
    "log outlives the backups": _row(
        "database.backups.retained_backups", 8, 7, "more than log_retention_days (7)"
    ),
    "maintenance when the backup begins": _hour(2, 1, 2, "2:00 to 6:00"),
    "maintenance before the backup ends": _hour(2, 6, 5, "2:00 to 6:00"),
    "maintenance when a backup over midnight begins": _hour(22, 21, 22, "22:00 to 2:00"),
    "maintenance before a backup over midnight ends": _hour(22, 2, 1, "22:00 to 2:00"),
    "maintenance at midnight": _hour(20, 0, 23, "20:00 to 0:00"),
    "max_connections as a flag": (
        "prod",
        {"database.flags": {"log_connections": "on"}},
        {"database.flags": {"max_connections": "500"}},
        [
            (
                "database.flags.max_connections",
                "a flag",
                "database.max_connections, which the replicas follow",
            )
        ],
    ),
    "replica has the name of the promoted one": (
        "prod",
        {"database.promoted": {"replica": "second", "region": "us-east1"}},
        {"database.promoted": {"replica": "replica", "region": "us-east1"}},
        [
            (
                "database.replicas.replica",
                "the name of database.promoted.replica",
                "another name: the promoted instance keeps its own",
            )
        ],
    ),
    "snapshots without a standby": (
        "prod",
        {"cache.high_availability": True},
        {"cache.high_availability": False},
        [("cache.snapshots", "true", "false, or cache.high_availability: true")],
    ),
    "backups in the database's region": _row(
        "storage.backups.location",
        "us-east1",
        "US-CENTRAL1",
        "a location other than the database's region",
    ),
    "backups nowhere": _row(
        "storage.backups.location",
        "eur4",
        "europe",
        "a multi-region, such as US, EU or ASIA, or a Google Cloud region",
    ),
    "backups expire before they may": _row(
        "storage.backups.expire_days", 31, 30, "more than retention_days (30)"
    ),
}
