"""Container images of a release: by digest, and in Artifact Registry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from operations.core.errors import UsageError
from operations.core.session import ReadContext

_IMAGE = re.compile(
    r"(?P<location>[a-z0-9-]+)-docker\.pkg\.dev/(?P<project>[^/]+)/(?P<repository>[^/]+)/"
    r"(?P<path>[^@:]+)@(?P<digest>sha256:[0-9a-f]{64})"
)


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image that cannot change any more."""

    reference: str
    """As Cloud Run takes it."""
    name: str
    """As the Artifact Registry API names it: projects/…/dockerImages/…."""
    digest: str
    """64 hexadecimal digits."""


def parse(reference: str) -> Image:
    """Read an image's reference.

    Raises:
        UsageError: it is not in Artifact Registry, or names a tag instead of a digest.
    """
    parts = _IMAGE.fullmatch(reference)
    if parts is None:
        raise UsageError(
            f"image: got {reference}, wanted LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/NAME"
            "@sha256:DIGEST; a tag may mean another image tomorrow",
            advice="gcloud artifacts docker images describe IMAGE:TAG "
            "--format='value(image_summary.fully_qualified_digest)'",
        )
    repository = f"projects/{parts['project']}/locations/{parts['location']}/repositories"
    name = f"{quote(parts['path'], safe='')}@{parts['digest']}"
    return Image(
        reference=reference,
        name=f"{repository}/{parts['repository']}/dockerImages/{name}",
        digest=parts["digest"].removeprefix("sha256:"),
    )


def by_service(given: Iterable[str], known: Iterable[str]) -> Mapping[str, Image]:
    """Read `SERVICE=IMAGE` options; `known` are the services of the environment.

    Raises:
        UsageError: one is malformed, names no service, or a service twice.
    """
    images: dict[str, Image] = {}
    services = list(known)
    for option in given:
        service, _, reference = option.partition("=")
        if service not in services or service in images:
            raise UsageError(
                f"--image {option}: wanted SERVICE=IMAGE, each SERVICE once, of "
                f"{', '.join(services)}"
            )
        images[service] = parse(reference)
    return dict(sorted(images.items()))


def check(session: ReadContext, images: Iterable[Image]) -> None:
    """See that Artifact Registry has them all.

    Raises:
        UsageError: it has not.
    """
    repositories = session.google.api("artifactregistry", "v1").projects().locations()
    request = repositories.repositories().dockerImages()
    for image in images:
        if session.client.find(request.get(name=image.name)) is None:
            raise UsageError(
                f"Artifact Registry has no {image.reference}", advice="push the image first"
            )
