"""Memorystore for Redis: tiers, sizes, replicas, persistence, settings."""

from collections.abc import Mapping

from facts import memorystore
from offline.services.context import RuleContext
from offline.services.registry import rule

TYPE = "google_redis_instance"


@rule(TYPE)
def size(context: RuleContext) -> str | None:
    """Reject a size out of 1 to 300 GB."""
    memory, (low, high) = context.number("memory_size_gb"), memorystore.memory_range_gb()
    if memory is None or low <= memory <= high:
        return None
    return f"Invalid value for memorySizeGb: {memory:.0f}. Must be between {low} and {high}."


@rule(TYPE)
def read_replicas(context: RuleContext) -> str | None:
    """Read replicas on the Basic tier, below 5 GB, with Redis 4, or not 1 to 5 of them."""
    if context.text("read_replicas_mode") != "READ_REPLICAS_ENABLED":
        if (context.number("replica_count") or 0) > 1:
            return "replicaCount greater than 1 requires readReplicasMode READ_REPLICAS_ENABLED."
        return None
    memory, count = context.number("memory_size_gb"), context.number("replica_count")
    if context.text("tier") != "STANDARD_HA":
        return "Read replicas are only supported for tier STANDARD_HA."
    least, (low, high) = memorystore.read_replica_min_memory_gb(), memorystore.read_replica_range()
    if memory is not None and memory < least:
        return f"Read replicas require memorySizeGb of at least {least}, got {memory:.0f}."
    if context.text("redis_version") in ("REDIS_3_2", "REDIS_4_0"):
        return "Read replicas require Redis version 5.0 or later."
    if count is not None and not low <= count <= high:
        return f"replicaCount must be between {low} and {high} with read replicas, got {count:.0f}."
    return None


@rule(TYPE)
def basic(context: RuleContext) -> str | None:
    """Reject a second zone on the Basic tier."""
    if context.text("tier") not in ("", "BASIC") or not context.text("alternative_location_id"):
        return None
    return "alternativeLocationId is only supported for tier STANDARD_HA."


@rule(TYPE)
def persistence(context: RuleContext) -> str | None:
    """Name a period without snapshots."""
    mode = context.text("persistence_config.persistence_mode")
    period = context.text("persistence_config.rdb_snapshot_period")
    if mode == "DISABLED" and period:
        return (
            "persistenceConfig.rdbSnapshotPeriod may not be set when persistenceMode is DISABLED."
        )
    return None


@rule(TYPE)
def version(context: RuleContext) -> str | None:
    """Reject a version that is not offered; the provider takes any text."""
    name = context.text("redis_version")
    if not name or name in memorystore.versions():
        return None
    return f"Invalid redisVersion {name}."


@rule(TYPE)
def configs(context: RuleContext) -> str | None:
    """Reject a setting that Memorystore does not let one change, or a value that Redis does not
    know.
    """
    given = context.get("redis_configs")
    for name, value in given.items() if isinstance(given, Mapping) else ():
        if name not in memorystore.configurations():
            return f"Invalid Redis configuration parameter: {name}."
        policies = memorystore.maxmemory_policies()
        if name == "maxmemory-policy" and isinstance(value, str) and value not in policies:
            return f"Invalid value for Redis configuration maxmemory-policy: {value}."
        events = set(str(value)) - set("KEg$lshzxeAtmdn")
        if name == "notify-keyspace-events" and isinstance(value, str) and events:
            return f"Invalid value for Redis configuration notify-keyspace-events: {value}."
    return None


@rule(TYPE)
def maintenance(context: RuleContext) -> str | None:
    """Reject a maintenance window that does not start on the hour."""
    base = "maintenance_policy.weekly_maintenance_window.start_time."
    for field in ("minutes", "seconds", "nanos"):
        if context.number(base + field):
            return "The start time of a maintenance window must be on the hour."
    return None


@rule(TYPE)
def lower_replicas(context: RuleContext) -> str | None:
    """Reject turning read replicas off, which the API does not offer."""
    before = (context.prior or {}).get("read_replicas_mode")
    if (
        before != "READ_REPLICAS_ENABLED"
        or context.text("read_replicas_mode") != "READ_REPLICAS_DISABLED"
    ):
        return None
    return "Read replicas cannot be disabled once they are enabled."
