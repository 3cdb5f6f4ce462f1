"""Vertex AI: the vector index that the ai service searches."""

from typing import Annotated, Literal

from pydantic import Field

from environments.schema.base import Section
from facts import vertex_ai

ShardSize = Literal["SHARD_SIZE_SMALL", "SHARD_SIZE_MEDIUM", "SHARD_SIZE_LARGE"]
MachineType = Literal["e2-standard-2", "e2-standard-16", "e2-highmem-16", "n2d-standard-32"]
Replicas = Annotated[int, Field(ge=1, le=vertex_ai.max_replicas())]


class VectorDeploymentConfig(Section):
    """An endpoint with the index deployed to it. Its replicas are billed all day, asked or not."""

    machine_type: MachineType = "e2-standard-2"
    """Machine of a replica; a larger shard needs a larger one."""
    min_replicas: Replicas = 2
    """Replicas that always run; Google gives no SLA for one."""
    max_replicas: Replicas = 2
    """Most replicas under load."""


class VectorSearchConfig(Section):
    """The vector index of embeddings, in the primary region. A change of `shard_size` replaces the
    index and loses its vectors. Other settings of the index are updated; what Google then does with
    the stored vectors is unknown, so write them again. Source: plans of the genuine provider.
    """

    dimensions: Annotated[int, Field(ge=1)] = 1536
    """Length of a vector: what the embedding model returns, 1536 for OpenAI's
    text-embedding-3-small."""
    distance: Literal[
        "DOT_PRODUCT_DISTANCE", "COSINE_DISTANCE", "SQUARED_L2_DISTANCE", "L1_DISTANCE"
    ] = "DOT_PRODUCT_DISTANCE"
    """How near two vectors are. OpenAI's have unit length: their dot product is the cosine."""
    approximate_neighbors: Annotated[int, Field(ge=1)] = 150
    """Candidates found by the approximate search before the exact one orders them."""
    leaf_embeddings: Annotated[int, Field(ge=1)] = 1000
    """Vectors on each leaf of the search tree."""
    leaf_search_percent: Annotated[int, Field(ge=1, le=100)] = 10
    """Share of the leaves that a query searches, in percent: more finds more and takes longer."""
    shard_size: ShardSize = "SHARD_SIZE_SMALL"
    """Size of a part of the index: 2, 20 or 50 GB."""
    deployment: VectorDeploymentConfig | None = None
    """Endpoint and replicas that answer queries; without it there is an index that vectors can
    be written to and nobody can search."""
