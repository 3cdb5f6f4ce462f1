"""The vector index, where it is searched, and what services know of it."""

from functools import cache
from typing import Any

import pytest
from constructs.ai import VectorSearch

from environments.schema import VectorDeploymentConfig, VectorSearchConfig
from stacks.stack import Stack
from tests.template import Template, alone
from tests.unit.parts import CENTRAL, platform, variables

DEPLOYMENT = VectorDeploymentConfig(machine_type="e2-standard-16", min_replicas=3, max_replicas=5)
CONFIG = VectorSearchConfig(deployment=DEPLOYMENT)
INDEX = "${google_vertex_ai_index.embeddings.id}"
ENDPOINT = "${google_vertex_ai_index_endpoint.embeddings"
ENDPOINT_TYPE = "google_vertex_ai_index_endpoint"
DEPLOYED_TYPE = "google_vertex_ai_index_endpoint_deployed_index"


@cache
def _template(config: VectorSearchConfig = CONFIG, *, protect: bool = False) -> Template:
    def build(stack: Stack) -> None:
        VectorSearch(stack, "search", config)

    return alone(build, protect=protect)


def _index(config: VectorSearchConfig = CONFIG, *, protect: bool = False) -> Any:
    return _template(config, protect=protect).one("google_vertex_ai_index")


def test_index_is_updated_by_streaming() -> None:
    index = _index()
    assert index["index_update_method"] == "STREAM_UPDATE"
    assert "contents_delta_uri" not in index["metadata"]


def test_index_has_the_metadata_that_the_api_requires() -> None:
    tree = {"leaf_node_embedding_count": 1000, "leaf_nodes_to_search_percent": 10}
    assert _index()["metadata"]["config"] == {
        "dimensions": 1536,
        "approximate_neighbors_count": 150,
        "distance_measure_type": "DOT_PRODUCT_DISTANCE",
        "shard_size": "SHARD_SIZE_SMALL",
        "algorithm_config": {"tree_ah_config": tree},
    }


def test_index_is_configured() -> None:
    other = VectorSearchConfig(
        dimensions=768,
        distance="COSINE_DISTANCE",
        approximate_neighbors=20,
        leaf_embeddings=500,
        leaf_search_percent=25,
        shard_size="SHARD_SIZE_LARGE",
    )
    tree = {"leaf_node_embedding_count": 500, "leaf_nodes_to_search_percent": 25}
    assert _index(other)["metadata"]["config"] == {
        "dimensions": 768,
        "approximate_neighbors_count": 20,
        "distance_measure_type": "COSINE_DISTANCE",
        "shard_size": "SHARD_SIZE_LARGE",
        "algorithm_config": {"tree_ah_config": tree},
    }


@pytest.mark.parametrize("protect", [True, False])
def test_index_has_prevent_destroy_only_when_protected(protect: bool) -> None:
    lifecycle = _index(protect=protect).get("lifecycle", {})
    assert lifecycle.get("prevent_destroy", False) is protect


def test_endpoint_is_missing_without_a_deployment() -> None:
    template = _template(VectorSearchConfig())
    assert template.of("google_vertex_ai_index")
    assert not template.of(ENDPOINT_TYPE)
    assert not template.of(DEPLOYED_TYPE)


def test_index_is_deployed_with_the_replicas_of_the_environment_file() -> None:
    deployed = _template().one(DEPLOYED_TYPE)
    assert deployed["index"] == INDEX
    assert deployed["index_endpoint"] == f"{ENDPOINT}.id}}"
    assert deployed["deployed_index_id"] == "grid_test_embeddings"
    assert deployed["dedicated_resources"] == {
        "machine_spec": {"machine_type": "e2-standard-16"},
        "min_replica_count": 3,
        "max_replica_count": 5,
    }


def test_resources_are_in_the_primary_region_with_the_environment_name() -> None:
    for resource in (_index(), _template().one(ENDPOINT_TYPE), _template().one(DEPLOYED_TYPE)):
        assert resource["region"] == CENTRAL
        assert resource["display_name"] == "grid-test-embeddings"


# What services know


def _given(changes: dict[str, Any], service: str = "ai") -> dict[str, Any]:
    [found] = [
        variables(one)
        for one in platform("dev", changes).of("google_cloud_run_v2_service").values()
        if one["labels"]["service"] == service
    ]
    return {name: value for name, value in found.items() if name.startswith("VECTOR_")}


def test_service_has_variables_to_write_and_search_a_deployed_index() -> None:
    assert _given({"vector_search": {"deployment": {}}}) == {
        "VECTOR_INDEX_ID": INDEX,
        "VECTOR_INDEX_ENDPOINT_ID": f"{ENDPOINT}.id}}",
        "VECTOR_DEPLOYED_INDEX_ID": "grid_dev_embeddings",
        "VECTOR_PUBLIC_ENDPOINT_DOMAIN": f"{ENDPOINT}.public_endpoint_domain_name}}",
    }


def test_service_has_the_index_id_without_a_deployment() -> None:
    assert _given({"vector_search": {}}) == {"VECTOR_INDEX_ID": INDEX}


def test_service_has_no_vector_variables_without_an_index() -> None:
    assert _given({"vector_search": None}) == {}
    assert not platform("dev", {"vector_search": None}).of("google_vertex_ai_index")


def test_only_services_with_vertex_ai_have_vector_variables() -> None:
    assert _given({"vector_search": {"deployment": {}}}, "api") == {}


def test_vector_search_output_names_index_and_endpoint() -> None:
    outputs = platform("dev", {"vector_search": {"deployment": {}}}).outputs
    assert outputs["vector_search"] == {
        "index": INDEX,
        "endpoint": f"{ENDPOINT}.id}}",
        "deployed_index": "grid_dev_embeddings",
        "domain": f"{ENDPOINT}.public_endpoint_domain_name}}",
    }
    assert platform("dev", {"vector_search": {}}).outputs["vector_search"] == {"index": INDEX}
    assert "vector_search" not in platform("dev", {"vector_search": None}).outputs
