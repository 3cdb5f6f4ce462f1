"""Memorystore for Redis: quotas of instances and memory."""

from offline.services.context import RuleContext, number
from offline.services.quotas import existing, is_exceeded, limit
from offline.services.registry import rule


@rule("google_redis_instance", code=429)
def capacity(context: RuleContext) -> str | None:
    """More Redis instances or gigabytes than the project may have in a region."""
    if is_exceeded(context, "redis_instances", regional=True):
        return f"Quota limit 'RedisInstances' has been exceeded for region {context.region}"
    instances = [*existing(context, regional=True), context.planned]
    memory = sum(number(instance, "memory_size_gb") or 0 for instance in instances)
    most = limit(context, "redis_memory_gb", regional=True)
    if memory <= most:
        return None
    return (
        "Quota limit 'StandardTierCapacityPerRegion' has been exceeded: "
        f"{memory:.0f} GB requested, {most:.0f} GB allowed in {context.region}"
    )
