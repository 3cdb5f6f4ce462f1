"""Memorystore for Redis: quotas of instances and memory."""

from offline.services.context import Case, number
from offline.services.quotas import existing, is_exceeded, limit
from offline.services.registry import rule


@rule("google_redis_instance", source="doc: Memorystore, 'Quotas and limits'", code=429)
def capacity(case: Case) -> str | None:
    """More Redis instances or gigabytes than the project may have in a region."""
    if is_exceeded(case, "redis_instances", regional=True):
        return f"Quota limit 'RedisInstances' has been exceeded for region {case.region}"
    instances = [*existing(case, regional=True), case.planned]
    memory = sum(number(instance, "memory_size_gb") or 0 for instance in instances)
    most = limit(case, "redis_memory_gb", regional=True)
    if memory <= most:
        return None
    return (
        "Quota limit 'StandardTierCapacityPerRegion' has been exceeded: "
        f"{memory:.0f} GB requested, {most:.0f} GB allowed in {case.region}"
    )
