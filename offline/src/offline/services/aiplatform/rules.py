"""Vertex AI Vector Search: indexes, endpoints, and indexes deployed to them."""

import re

from facts import names, vertex_ai
from offline.services.context import RuleContext, blocks, last, number, text
from offline.services.registry import rule

INDEX, ENDPOINT = "google_vertex_ai_index", "google_vertex_ai_index_endpoint"
DEPLOYED = "google_vertex_ai_index_endpoint_deployed_index"


@rule(INDEX)
def index(context: RuleContext) -> str | None:
    """Reject a vector index without metadata, dimensions, or neighbours for tree-AH."""
    config = context.blocks("metadata.config")
    if context.unknown("metadata"):
        return None
    if not config:
        return "Index metadata is required."
    if not number(config[0], "dimensions"):
        return "Index metadata: dimensions is required."
    tree = blocks(config[0], "algorithm_config.tree_ah_config")
    if tree and not number(config[0], "approximate_neighbors_count"):
        return "Index metadata: approximateNeighborsCount is required for tree-AH."
    return None


@rule(INDEX)
def index_shards(context: RuleContext) -> str | None:
    """Warn of a vector index without a shard size."""
    config = context.blocks("metadata.config")
    if context.creating and config and not text(config[0], "shard_size"):
        return "Index metadata: shardSize must be specified when creating an index."
    return None


@rule(ENDPOINT)
def endpoint_network(context: RuleContext) -> str | None:
    """Reject an endpoint that is public and in a network, or in a network named with the project's
    id instead of its number.
    """
    network = context.text("network")
    if network and context.get("public_endpoint_enabled"):
        return "Only one of network and publicEndpointEnabled can be set."
    if network and not re.fullmatch(r"projects/\d+/global/networks/[^/]+", network):
        return (
            f"Invalid network {network}: the format is projects/{{project_number}}/global/"
            "networks/{network}."
        )
    return None


@rule(DEPLOYED)
def deployed_id(context: RuleContext) -> str | None:
    """Reject a deployed index whose id has more than letters, digits and underscores, or is
    taken.
    """
    id_ = context.text("deployed_index_id")
    if id_ and not re.fullmatch(names.pattern("deployed_index"), id_):
        return f"Invalid deployedIndexId {id_}: only letters, numbers and underscores."
    taken = {text(resource, "deployed_index_id") for resource in context.all(DEPLOYED)}
    if id_ and context.creating and id_ in taken:
        return f"DeployedIndex {id_} already exists in the project."
    return None


@rule(DEPLOYED, code=404)
def parts_exist(context: RuleContext) -> str | None:
    """Reject a deployment of an index, or to an endpoint, that does not exist."""
    for type_, key in ((INDEX, "index"), (ENDPOINT, "index_endpoint")):
        reference = context.text(key)
        if reference and context.find(type_, reference) is None:
            return f"{reference} is not found."
    return None


@rule(DEPLOYED)
def replicas(context: RuleContext) -> str | None:
    """Reject a machine that does not hold a shard of the index, or replicas out of 1 to 1000 or
    order.
    """
    least = context.number("dedicated_resources.min_replica_count")
    most = context.number("dedicated_resources.max_replica_count")
    if least is not None and least < 1:
        return "dedicatedResources.minReplicaCount must be greater than 0."
    highest = vertex_ai.max_replicas()
    if most is not None and not (least or 1) <= most <= highest:
        return f"dedicatedResources.maxReplicaCount must be from minReplicaCount to {highest}."
    index_ = context.find(INDEX, context.text("index"))
    shard = text(index_, "metadata.config.shard_size")
    machine = context.text("dedicated_resources.machine_spec.machine_type")
    machines = vertex_ai.machine_types(shard)
    if not machine or not machines or machine in machines:
        return None
    return f"Machine type {machine} is not supported for {shard}."


@rule(INDEX, ENDPOINT, when="delete")
def undeployed(context: RuleContext) -> str | None:
    """Reject deleting an index that is deployed, or an endpoint with an index in it."""
    key = "index" if context.type == INDEX else "index_endpoint"
    for resource in context.all(DEPLOYED, everywhere=True):
        if text(resource, key) == context.id:
            name = text(resource, "deployed_index_id")
            return f"{last(context.id)} has DeployedIndex {name}: undeploy it first."
    return None
