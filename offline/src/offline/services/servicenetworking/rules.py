"""Private services access: the peering through which Cloud SQL and Redis get private addresses."""

from offline.services.context import Block, RuleContext, last, text
from offline.services.registry import rule


def connection(context: RuleContext, network: str) -> Block | None:
    """Return the connection of a network to Google's services, None when there is none."""
    for resource in context.all("google_service_networking_connection"):
        if last(text(resource, "network")) == last(network):
            return resource
    return None


def producers(context: RuleContext, network: str) -> list[str]:
    """Names of what lives in the private range of a network."""
    sql = [
        text(resource, "name")
        for resource in context.all("google_sql_database_instance")
        if network and last(_private_network(resource)) == last(network)
    ]
    redis = [
        text(item, "name")
        for item in context.all("google_redis_instance")
        if text(item, "connect_mode") == "PRIVATE_SERVICE_ACCESS"
        and last(text(item, "authorized_network")) == last(network)
    ]
    return sql + redis


@rule(
    "google_service_networking_connection",
    source="known: 'Cannot find ... reserved range' of the API",
)
def ranges_exist(context: RuleContext) -> str | None:
    """Reject a connection with a range that is not allocated, or not for peering, or in another
    network.
    """
    for name in context.get("reserved_peering_ranges") or ():
        if not isinstance(name, str):
            continue
        range_ = context.find("google_compute_global_address", name)
        if range_ is None:
            return f"Allocated IP range '{name}' not found in network."
        if text(range_, "purpose") != "VPC_PEERING":
            return f"Allocated IP range '{name}' must have purpose VPC_PEERING."
        if last(text(range_, "network")) != last(context.text("network")):
            return f"Allocated IP range '{name}' not found in network."
    return None


@rule(
    "google_service_networking_connection",
    source="issue: provider#16275, #19908",
    when="delete",
)
def producers_left(context: RuleContext) -> str | None:
    """Reject deleting the connection while something uses it, or a Cloud SQL instance did so in the
    last days.

    The tombstones do not say which network a deleted instance was in: any of them counts.
    """
    if context.text("deletion_policy") == "ABANDON":
        return None
    recent = context.cloud.reserved_names.get("google_sql_database_instance")
    if not producers(context, context.text("network")) and not recent:
        return None
    return (
        "Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are "
        "still using this connection."
    )


def _private_network(instance: Block) -> str:
    for settings in instance.get("settings") or ():
        for ip in settings.get("ip_configuration") or ():
            return text(ip, "private_network")
    return ""
