"""Memorystore for Redis: sizes, versions and configurations."""

from functools import cache

from facts.table import bounds, integer, strings


def memory_range_gb() -> tuple[int, int]:
    """Return the smallest and the largest instance in GB."""
    return bounds("memorystore", "memory_gb")


def read_replica_min_memory_gb() -> int:
    """Return the size in GB of the smallest instance that can have read replicas."""
    return integer("memorystore", "read_replica_min_memory_gb")


def read_replica_range() -> tuple[int, int]:
    """Return the lowest and the highest number of read replicas."""
    return bounds("memorystore", "read_replicas")


@cache
def versions() -> frozenset[str]:
    """Return the versions, such as `REDIS_7_2`."""
    return strings("memorystore", "versions")


@cache
def configurations() -> frozenset[str]:
    """Return the names of the Redis configurations that can be set."""
    return strings("memorystore", "configurations")


@cache
def maxmemory_policies() -> frozenset[str]:
    """Return the values of the configuration maxmemory-policy."""
    return strings("memorystore", "maxmemory_policies")
