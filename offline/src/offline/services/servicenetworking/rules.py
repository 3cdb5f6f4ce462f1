"""Private services access: the peering through which Cloud SQL and Redis get private addresses."""

from collections.abc import Iterator
from typing import NamedTuple

from facts import network as limits
from offline.services.context import Block, RuleContext, last, project_of, text
from offline.services.registry import rule

_MODE = "PRIVATE_SERVICE_ACCESS"


class Producer(NamedTuple):
    """A type whose instances can live in the private ranges of a network."""

    network: str
    """Path of the network's name."""
    mode: str = ""
    """Path of the way to connect, which has to be private services access; empty: always."""
    prefix: int = 29
    """Prefix length of the block that an instance takes, at most: the smallest where unknown."""
    shares: bool = False
    """Whether the instances of a region share a block."""


_PRODUCERS = {
    "google_alloydb_cluster": Producer("network_config.network"),
    "google_apigee_organization": Producer("authorized_network"),
    "google_filestore_instance": Producer("networks.network", "networks.connect_mode"),
    "google_memcache_instance": Producer("authorized_network"),
    "google_redis_instance": Producer(
        "authorized_network", "connect_mode", limits.redis_prefix_length()
    ),
    "google_sql_database_instance": Producer(
        "settings.ip_configuration.private_network",
        prefix=limits.cloud_sql_prefix_length(),
        shares=True,
    ),
}


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


def tenants(context: RuleContext, network: str) -> Iterator[tuple[str, Block]]:
    """Yield type and resource of all that lives in the private ranges of a network."""
    for type_ in _PRODUCERS:
        for resource in context.all(type_, everywhere=True):
            if _home(type_, resource) == network_id(network, context.project):
                yield type_, resource


def is_used(context: RuleContext, network: str) -> bool:
    """Whether something lives in the private ranges of a network, or did so until lately."""
    wanted = network_id(network, context.project)
    return any(tenants(context, network)) or any(
        network_id(held, context.project) == wanted
        for type_ in _PRODUCERS
        for held in context.cloud.reserved_names.get(type_, ())
    )


def _home(type_: str, resource: Block) -> str:
    """Return the network in whose private ranges a resource lives, empty for none."""
    producer = _PRODUCERS[type_]
    named = text(resource, producer.network)
    is_private = not producer.mode or text(resource, producer.mode) == _MODE
    return network_id(named, project_of(resource)) if named and is_private else ""


@rule(*_PRODUCERS)
def range_left(context: RuleContext) -> str | None:
    """Reject a new instance for which the allocated ranges of its network have no block left."""
    home = _home(context.type, context.planned)
    peering = connection(context, home) if home and context.creating else None
    if peering is None:
        return None
    sizes = [
        2 ** (32 - int(range_.get("prefix_length") or 32))
        for name in peering.get("reserved_peering_ranges") or ()
        if (range_ := context.find("google_compute_global_address", str(name)))
    ]
    if len(sizes) < len(peering.get("reserved_peering_ranges") or ()) or not sizes:
        return None
    blocks_ = {
        (type_, _region(item) if _PRODUCERS[type_].shares else str(item.get("id")))
        for type_, item in tenants(context, home)
    }
    own = _region(context.planned) if _PRODUCERS[context.type].shares else "new"
    needed = sum(
        2 ** (32 - _PRODUCERS[type_].prefix) for type_, _ in blocks_ | {(context.type, own)}
    )
    if needed <= sum(sizes):
        return None
    return "Failed to create subnetwork. Couldn't find free blocks in allocated IP ranges."


def _region(resource: Block) -> str:
    return last(text(resource, "region"))


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
