"""Vertex AI: vector indexes and endpoints."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_vertex_ai_": "aiplatform"},
    modules=("rules", "behavior"),
    not_modelled={
        "google_vertex_ai_": (
            "index contents and queries",
            "quotas of machines",
            "the half hour that a deployment takes",
        )
    },
)
