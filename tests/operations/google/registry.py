"""Artifact Registry and Secret Manager: what is there."""

from typing import Any

from tests.operations.google.cloud import Cloud, RefusalError, Request

_IMAGES = "artifactregistry.projects.locations.repositories.dockerImages"
_VERSIONS = "secretmanager.projects.secrets.versions"


class Registry:
    """Images that were pushed, and versions of secrets."""

    def __init__(self, cloud: Cloud) -> None:
        self.images: set[str] = set()
        """References by digest."""
        self.versions: dict[str, str] = {}
        """State of each version of a secret, by its full name."""
        cloud.answers(f"{_IMAGES}.get", self._get)
        cloud.answers(f"{_VERSIONS}.get", self._get_version)

    def _get(self, request: Request) -> dict[str, Any]:
        _, project, _, location, _, repository, _, image = request.path["name"].split("/", 7)
        uri = f"{location}-docker.pkg.dev/{project}/{repository}/{image}"
        if uri not in self.images:
            raise RefusalError(404, f"there is no {uri}", "notFound")
        return {"name": request.path["name"], "uri": uri}

    def _get_version(self, request: Request) -> dict[str, Any]:
        name = request.path["name"]
        if name not in self.versions:
            raise RefusalError(404, f"there is no {name}", "notFound")
        return {"name": name, "state": self.versions[name]}
