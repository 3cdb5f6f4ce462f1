"""Artifact Registry: repositories."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_artifact_registry_": "artifactregistry"},
    modules=("rules",),
    not_modelled={
        "google_artifact_registry_": (
            "images: a reference to one is never checked",
            "clean-up policies do not run",
        )
    },
)
