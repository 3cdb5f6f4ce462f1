"""Artifact Registry: the images that were pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve.errors import NotFoundError

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_IMAGES = "artifactregistry.projects.locations.repositories.dockerImages"


class Registry:
    """Images by digest."""

    def __init__(self, google: Google) -> None:
        self.images: set[str] = set()
        """References such as REGION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:..."""
        google.answers(f"{_IMAGES}.get", self._get)

    def _get(self, request: Request) -> Resource:
        name = request.parameters["name"]
        _, project, _, location, _, repository, _, image = name.split("/", 7)
        uri = f"{location}-docker.pkg.dev/{project}/{repository}/{image}"
        if uri not in self.images:
            raise NotFoundError(uri)
        return {"name": name, "uri": uri}


attach = Registry
