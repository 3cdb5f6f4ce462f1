"""Vertex AI Vector Search: indexes, endpoints, and indexes deployed to them."""

import re

from facts import names, vertex_ai
from offline.services.context import Case, blocks, last, number, text
from offline.services.registry import rule

INDEX, ENDPOINT = "google_vertex_ai_index", "google_vertex_ai_index_endpoint"
DEPLOYED = "google_vertex_ai_index_endpoint_deployed_index"


@rule(INDEX, source="provider: resource_vertex_ai_index.go:88-163 (text)")
def index(case: Case) -> str | None:
    """A vector index without metadata, dimensions, shard size, or neighbours for tree-AH."""
    config = case.blocks("metadata.config")
    if case.unknown("metadata"):
        return None
    if not config:
        return "Index metadata is required."
    if not number(config[0], "dimensions"):
        return "Index metadata: dimensions is required."
    tree = blocks(config[0], "algorithm_config.tree_ah_config")
    if tree and not number(config[0], "approximate_neighbors_count"):
        return "Index metadata: approximateNeighborsCount is required for tree-AH."
    if case.creating and not text(config[0], "shard_size"):
        return "Index metadata: shardSize must be specified when creating an index."
    return None


@rule(ENDPOINT, source="provider: resource_vertex_ai_index_endpoint.go:79-115 (text)")
def reachable(case: Case) -> str | None:
    """An endpoint that is public and in a network, or in a network named with the project's id
    instead of its number.
    """
    network = case.text("network")
    if network and case.get("public_endpoint_enabled"):
        return "Only one of network and publicEndpointEnabled can be set."
    if network and not re.fullmatch(r"projects/\d+/global/networks/[^/]+", network):
        return (
            f"Invalid network {network}: the format is projects/{{project_number}}/global/"
            "networks/{network}."
        )
    return None


@rule(DEPLOYED, source="provider: ..._deployed_index.go:53-58 (text)")
def deployed_id(case: Case) -> str | None:
    """A deployed index whose id has more than letters, digits and underscores, or is taken."""
    id_ = case.text("deployed_index_id")
    if id_ and not re.fullmatch(names.pattern("deployed_index"), id_):
        return f"Invalid deployedIndexId {id_}: only letters, numbers and underscores."
    taken = {text(resource, "deployed_index_id") for resource in case.all(DEPLOYED)}
    if id_ and case.creating and id_ in taken:
        return f"DeployedIndex {id_} already exists in the project."
    return None


@rule(DEPLOYED, source="API: 404 on deployIndex", code=404)
def parts_exist(case: Case) -> str | None:
    """A deployment of an index, or to an endpoint, that does not exist."""
    for type_, key in ((INDEX, "index"), (ENDPOINT, "index_endpoint")):
        reference = case.text(key)
        if reference and case.find(type_, reference) is None:
            return f"{reference} is not found."
    return None


@rule(DEPLOYED, source="provider: ..._deployed_index.go:99-139 (text)")
def replicas(case: Case) -> str | None:
    """A machine that does not hold a shard of the index, or replicas out of 1 to 1000 or order."""
    least = case.number("dedicated_resources.min_replica_count")
    most = case.number("dedicated_resources.max_replica_count")
    if least is not None and least < 1:
        return "dedicatedResources.minReplicaCount must be greater than 0."
    highest = vertex_ai.max_replicas()
    if most is not None and not (least or 1) <= most <= highest:
        return f"dedicatedResources.maxReplicaCount must be from minReplicaCount to {highest}."
    index_ = case.find(INDEX, case.text("index"))
    shard = text(index_, "metadata.config.shard_size")
    machine = case.text("dedicated_resources.machine_spec.machine_type")
    machines = vertex_ai.machine_types(shard)
    if not machine or not machines or machine in machines:
        return None
    return f"Machine type {machine} is not supported for {shard}."


@rule(INDEX, ENDPOINT, source="provider: resource_vertex_ai_index.go:230 (text)", when="delete")
def undeployed(case: Case) -> str | None:
    """Deleting an index that is deployed, or an endpoint with an index in it."""
    key = "index" if case.type == INDEX else "index_endpoint"
    for resource in case.all(DEPLOYED, everywhere=True):
        if text(resource, key) == case.id:
            name = text(resource, "deployed_index_id")
            return f"{last(case.id)} has DeployedIndex {name}: undeploy it first."
    return None
