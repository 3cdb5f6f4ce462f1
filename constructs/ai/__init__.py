"""Vertex AI: the vector index."""

from constructs.ai.vector_search import VectorDeployment, VectorSearch

__all__ = ["VectorDeployment", "VectorSearch"]
