"""Private services access: the peering through which Cloud SQL and Redis get private addresses."""

from offline.services.context import Block, RuleContext, last, project_of, text
from offline.services.registry import rule

_PRODUCERS = {
    "google_alloydb_cluster": "network_config.network",
    "google_apigee_organization": "authorized_network",
    "google_filestore_instance": "networks.network",
    "google_redis_instance": "authorized_network",
    "google_sql_database_instance": "settings.ip_configuration.private_network",
}
"""Types whose instances live in the private range of a network, and where they name it."""


def network_id(network: str, project: str) -> str:
    """Return the id of a network that is named by its link, its id, or its bare name."""
    start = network.find("projects/")
    return network[start:] if start >= 0 else f"projects/{project}/global/networks/{last(network)}"


def connection(context: RuleContext, network: str) -> Block | None:
    """Return the connection of a network to Google's services, None when there is none."""
    wanted = network_id(network, context.project)
    for resource in context.all("google_service_networking_connection", everywhere=True):
        if network_id(text(resource, "network"), context.project) == wanted:
            return resource
    return None


def is_used(context: RuleContext, network: str) -> bool:
    """Whether something lives in the private range of a network, or did so until lately."""
    wanted = network_id(network, context.project)
    return any(
        used and network_id(used, project_of(resource)) == wanted
        for type_, path in _PRODUCERS.items()
        for resource in context.all(type_, everywhere=True)
        if text(resource, "connect_mode") in ("", "PRIVATE_SERVICE_ACCESS")
        for used in [text(resource, path)]
    ) or any(
        network_id(held, context.project) == wanted
        for type_ in _PRODUCERS
        for held in context.cloud.reserved_names.get(type_, ())
    )


@rule("google_service_networking_connection")
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


@rule("google_service_networking_connection", when="delete")
def producers_left(context: RuleContext) -> str | None:
    """Reject deleting the connection while something uses its network, or a Cloud SQL instance did
    so in the last days.
    """
    if context.text("deletion_policy") == "ABANDON":
        return None
    if not is_used(context, context.text("network")):
        return None
    return (
        "Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are "
        "still using this connection."
    )
