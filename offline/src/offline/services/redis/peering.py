"""Memorystore for Redis: private services access."""

from offline.services.context import RuleContext, last
from offline.services.registry import rule
from offline.services.servicenetworking.rules import connection


@rule("google_redis_instance")
def connection_exists(context: RuleContext) -> str | None:
    """Reject a Redis instance in PRIVATE_SERVICE_ACCESS on a network without a private services
    connection.
    """
    if context.text("connect_mode") != "PRIVATE_SERVICE_ACCESS":
        return None
    network = context.text("authorized_network") or "default"
    if connection(context, network) is not None:
        return None
    return (
        "Google private service access is not enabled. Enable private service access and "
        "try again. "
        f"Network: {network}"
    )


@rule("google_redis_instance")
def reserved_range(context: RuleContext) -> str | None:
    """Reject a reserved range that is, with PRIVATE_SERVICE_ACCESS, not the name of one of the
    connection's ranges.
    """
    range_ = context.text("reserved_ip_range")
    if context.text("connect_mode") != "PRIVATE_SERVICE_ACCESS" or not range_:
        return None
    connection_ = connection(context, context.text("authorized_network"))
    given = [
        last(reserved_peering_range)
        for reserved_peering_range in (connection_ or {}).get("reserved_peering_ranges") or ()
    ]
    if last(range_) in given:
        return None
    return (
        f"Invalid reserved IP range '{range_}': with connect mode PRIVATE_SERVICE_ACCESS "
        "it must be the "
        "name of an allocated IP range of the private service access connection: "
        f"{', '.join(given)}"
    )
