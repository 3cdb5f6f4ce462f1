"""Cloud SQL for PostgreSQL: machines, disks, backups and connections."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal

from facts.table import bounds, integer, read, strings, text

Edition = Literal["ENTERPRISE", "ENTERPRISE_PLUS"]


@cache
def shared_core_tiers() -> frozenset[str]:
    """Return the tiers with a shared core, of edition ENTERPRISE."""
    return strings("cloud_sql", "shared_core_tiers")


def enterprise_plus_tiers() -> str:
    """Return the pattern of the tiers of edition ENTERPRISE_PLUS."""
    return text("cloud_sql", "enterprise_plus_tiers")


def max_cpu() -> int:
    """Return the highest number of vCPU of a custom machine, which has one or an even number."""
    return integer("cloud_sql", "max_cpu")


def min_memory_mib() -> int:
    """Return the lowest memory of a custom machine in MiB."""
    return integer("cloud_sql", "min_memory_mib")


def memory_step_mib() -> int:
    """Return the number of MiB that the memory of a custom machine is a multiple of."""
    return integer("cloud_sql", "memory_step_mib")


def memory_range_mib(cpu: int) -> tuple[float, float]:
    """Return the lowest and the highest memory in MiB for that many vCPU of a custom machine."""
    low, high = read("cloud_sql")["memory_gib_per_cpu"].value
    return low * 1024 * cpu, high * 1024 * cpu


def disk_range_gb() -> tuple[int, int]:
    """Return the smallest and the largest disk in GB."""
    return bounds("cloud_sql", "disk_gb")


def max_connections_range() -> tuple[int, int]:
    """Return the lowest and the highest value of the flag max_connections."""
    return bounds("cloud_sql", "max_connections_flag")


def default_max_connections(memory_gib: float) -> int:
    """Return the value of max_connections if the flag is not set, for that much memory."""
    steps = read("cloud_sql")["default_max_connections"].value
    return max(
        (int(count) for start, count in steps.items() if float(start) <= memory_gib), default=0
    )


def max_log_retention_days(edition: Edition) -> int:
    """Return the most days of write-ahead log for point-in-time recovery."""
    return int(read("cloud_sql")["log_retention_days"].value[edition])


def max_retained_backups() -> int:
    """Return the highest number of automated backups that are kept."""
    return integer("cloud_sql", "max_retained_backups")


def max_replica_levels() -> int:
    """Return the most levels of replicas of replicas, the primary among them."""
    return integer("cloud_sql", "max_replica_levels")


def query_length_range(edition: Edition) -> tuple[int, int]:
    """Return the shortest and the longest query string of Query insights, in bytes."""
    return bounds("cloud_sql", f"query_length_bytes_{edition.lower()}")


@cache
def update_tracks() -> frozenset[str]:
    """Return the update tracks of a maintenance window."""
    return strings("cloud_sql", "update_tracks")


@cache
def reserved_roles() -> frozenset[str]:
    """Return the names that no new user of a database can have."""
    return strings("cloud_sql", "reserved_roles")


@cache
def reserved_role_prefixes() -> Mapping[str, str]:
    """Return what no name of a new user begins with, and which product reserves it."""
    prefixes: Mapping[str, str] = read("cloud_sql")["reserved_role_prefixes"].value
    return prefixes


@cache
def reserved_databases() -> frozenset[str]:
    """Return the databases that every instance has from the start."""
    return strings("cloud_sql", "reserved_databases")


def shared_core_max_disk_gb() -> int:
    """Return the largest disk in GB of a tier with a shared core."""
    return integer("cloud_sql", "shared_core_max_disk_gb")


def memory_gib(tier: str) -> float:
    """Return the memory of a tier in GiB; 0 for a tier that does not exist."""
    shared: Mapping[str, float] = read("cloud_sql")["shared_core_memory_gib"].value
    custom = re.fullmatch(r"db-custom-[0-9]+-([0-9]+)", tier)
    return int(custom[1]) / 1024 if custom else shared.get(tier, 0)
