"""Vertex AI Vector Search: an index of embeddings, and the endpoint that answers queries."""

from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.vertex_ai_index import (
    VertexAiIndex,
    VertexAiIndexMetadata as Metadata,
    VertexAiIndexMetadataConfig as MetadataConfig,
    VertexAiIndexMetadataConfigAlgorithmConfig as Algorithm,
    VertexAiIndexMetadataConfigAlgorithmConfigTreeAhConfig as TreeAh,
)
from cdktf_cdktf_provider_google.vertex_ai_index_endpoint import VertexAiIndexEndpoint
from cdktf_cdktf_provider_google.vertex_ai_index_endpoint_deployed_index import (
    VertexAiIndexEndpointDeployedIndex,
    VertexAiIndexEndpointDeployedIndexDedicatedResources as DedicatedResources,
    VertexAiIndexEndpointDeployedIndexDedicatedResourcesMachineSpec as MachineSpec,
)
from constructs import Construct
from constructs.base import GridConstruct

from environments.schema import VectorDeploymentConfig, VectorSearchConfig

EMBEDDINGS = "embeddings"


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorDeployment:
    """The endpoint and the deployed index that answer queries."""

    endpoint_id: str
    """Id of the endpoint: `projects/<project>/locations/<region>/indexEndpoints/<number>`."""
    deployed_index_id: str
    """Id of the index within the endpoint. A plain name: a service that has it does not wait the
    half hour that a deployment takes, and the load balancer neither."""
    domain: str
    """Host name that queries are sent to."""


class VectorSearch(GridConstruct):
    """The index `embeddings` and, if the environment deploys it, an endpoint to search it.

    Vectors are written one by one (`STREAM_UPDATE`), so that no bucket is needed and a new one is
    found within seconds. The endpoint is public and asks every caller for a token and the
    permission `aiplatform.indexEndpoints.queryVectors`; a private one would answer whatever is in
    the network without asking who it is.
    """

    APIS = ("aiplatform",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: VectorSearchConfig,
    ) -> None:
        super().__init__(scope, id_)
        index = VertexAiIndex(
            self,
            EMBEDDINGS,
            display_name=self.names.vertex(EMBEDDINGS),
            region=self.primary_region,
            index_update_method="STREAM_UPDATE",
            metadata=Metadata(
                config=MetadataConfig(
                    dimensions=config.dimensions,
                    approximate_neighbors_count=config.approximate_neighbors,
                    distance_measure_type=config.distance,
                    shard_size=config.shard_size,
                    algorithm_config=Algorithm(
                        tree_ah_config=TreeAh(
                            leaf_node_embedding_count=config.leaf_embeddings,
                            leaf_nodes_to_search_percent=config.leaf_search_percent,
                        )
                    ),
                )
            ),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=self.protect or None),
            depends_on=self.apis("aiplatform"),
        )
        self._index_id = index.id
        self._deployment = None
        if config.deployment:
            self._deployment = self._deploy(index, config.deployment)

    @property
    def index_id(self) -> str:
        """Id of the index, to write vectors to: `projects/<project>/locations/…/indexes/…`."""
        return self._index_id

    @property
    def deployment(self) -> VectorDeployment | None:
        """How to search the index; None where it is not deployed."""
        return self._deployment

    def _deploy(self, index: VertexAiIndex, config: VectorDeploymentConfig) -> VectorDeployment:
        endpoint = VertexAiIndexEndpoint(
            index,
            EMBEDDINGS,
            display_name=self.names.vertex(EMBEDDINGS),
            region=self.primary_region,
            public_endpoint_enabled=True,
            depends_on=self.apis("aiplatform"),
        )
        deployed_index_id = self.names.deployed_index(EMBEDDINGS)
        VertexAiIndexEndpointDeployedIndex(
            endpoint,
            EMBEDDINGS,
            deployed_index_id=deployed_index_id,
            display_name=self.names.vertex(EMBEDDINGS),
            region=self.primary_region,
            index=index.id,
            index_endpoint=endpoint.id,
            dedicated_resources=DedicatedResources(
                machine_spec=MachineSpec(machine_type=config.machine_type),
                min_replica_count=config.min_replicas,
                max_replica_count=config.max_replicas,
            ),
        )
        return VectorDeployment(
            endpoint_id=endpoint.id,
            deployed_index_id=deployed_index_id,
            domain=endpoint.public_endpoint_domain_name,
        )
