"""Artifact Registry: the images that were pushed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from offline.serve.images import Images, error

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.wire import Response

_REFERENCE = re.compile(
    r"(?P<location>[a-z0-9-]+)-docker\.pkg\.dev/(?P<project>[^/]+)/(?P<repository>[^/]+)/"
    r"(?P<image>[^@]+@(?P<digest>sha256:[0-9a-f]{64}))"
)


class Registry:
    """Images by digest, in their repositories.

    An image is pushed to this machine's address, which says no location: a repository is found by
    its project and its name.
    """

    def __init__(self, google: Google) -> None:
        self._google = google
        self._images = Images(google.folder and google.folder / "images")

    def add(self, reference: str) -> None:
        """Put an image without content in the registry: LOCATION-docker.pkg.dev/...@sha256:..."""
        parts = _REFERENCE.fullmatch(reference)
        if parts is None:
            raise ValueError(f"{reference} is no image by digest")
        project, location, repository = parts["project"], parts["location"], parts["repository"]
        parent = f"projects/{project}/locations/{location}/repositories/{repository}"
        name = f"{parent}/dockerImages/{parts['image']}"
        described = {"name": name, "uri": reference, "uploadTime": self._google.stamp}
        self._google.store.resources["artifactregistry", name] = described

    def labels(self, reference: str) -> Mapping[str, str]:
        """Return the labels of an image; none where nobody pushed it."""
        return self._images.labels(reference.rpartition("@")[2])

    def answer(self, verb: str, path: str, query: Mapping[str, list[str]], body: bytes) -> Response:
        """Answer a request of `docker push` or `docker pull`, below `/v2/`."""
        project, _, rest = path.partition("/")
        repository, _, place = rest.partition("/")
        parent = f"projects/{project}/locations/-/repositories"
        locations = [
            one["name"].split("/")[3]
            for one in self._google.store.children("artifactregistry", parent)
            if one["name"].endswith(f"/{repository}")
        ]
        if path and not locations:
            return error(404, "NAME_UNKNOWN", f"{project} has no repository {repository}")
        answer = self._images.answer(verb, path, query, body)
        image, is_manifest, _ = place.partition("/manifests/")
        if verb == "PUT" and is_manifest and answer.status == 201:
            digest = answer.headers["Docker-Content-Digest"]
            for location in locations:
                self.add(f"{location}-docker.pkg.dev/{project}/{repository}/{image}@{digest}")
        return answer


attach = Registry
