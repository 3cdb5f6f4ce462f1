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
    repository: str
    """As Docker names it: LOCATION-docker.pkg.dev/PROJECT/REPOSITORY."""
    path: str
    """Path in the repository."""


@dataclass(frozen=True, kw_only=True)
class ImageRule:
    """Which images an environment takes: those of its own registry, each for its own service."""

    registry: str
    services: frozenset[str]
    is_lifted: bool = False
    """The operator takes any image."""
    option: str = "--foreign-image"
    """Option that lifts the rule, for the advice."""

    def check(self, image: Image, service: str = "") -> None:
        """Check an image for a service, or for the migration job.

        Raises:
            UsageError: it is in another repository, or is the image of another service.
        """
        if self.is_lifted:
            return
        target, name = service or "the migration job", image.path.rpartition("/")[2]
        if image.repository != self.registry:
            raise UsageError(
                f"the image for {target} is in {image.repository}, and the registry of this "
                f"environment is {self.registry}",
                advice=f"push it there, or use {self.option}",
            )
        if name != service and (service or name in self.services):
            raise UsageError(
                f"the image for {target} is called {name}: {image.reference}",
                advice=f"name the image of {target}, or use {self.option}",
            )


def parse(reference: str) -> Image:
    """Read an image's reference.

    Raises:
        UsageError: it is not in Artifact Registry, or names a tag instead of a digest.
    """
    parts = _IMAGE.fullmatch(reference)
    if parts is None:
        raise UsageError(
            f"{reference} is not LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/NAME@sha256:DIGEST: a "
            "tag can name another image tomorrow",
            advice="gcloud artifacts docker images describe IMAGE:TAG "
            "--format='value(image_summary.fully_qualified_digest)'",
        )
    location, project, repository = parts["location"], parts["project"], parts["repository"]
    parent = f"projects/{project}/locations/{location}/repositories/{repository}"
    name = f"{quote(parts['path'], safe='')}@{parts['digest']}"
    return Image(
        reference=reference,
        name=f"{parent}/dockerImages/{name}",
        digest=parts["digest"].removeprefix("sha256:"),
        repository=f"{location}-docker.pkg.dev/{project}/{repository}",
        path=parts["path"],
    )


def rule(session: ReadContext, option: str = "--foreign-image", *, is_lifted: bool) -> ImageRule:
    """Return the rule of the session's environment."""
    platform = session.platform
    return ImageRule(
        registry=platform.registry,
        services=frozenset(platform.services),
        is_lifted=is_lifted,
        option=option,
    )


def by_service(given: Iterable[str], rule: ImageRule) -> Mapping[str, Image]:
    """Read `SERVICE=IMAGE` options.

    Raises:
        UsageError: one is malformed, names no service, or a service twice; or the rule rejects it.
    """
    images: dict[str, Image] = {}
    services = sorted(rule.services)
    for option in given:
        service, _, reference = option.partition("=")
        if service not in services or service in images:
            raise UsageError(
                f"--image {option} is not SERVICE=IMAGE with a service that is named once",
                advice=f"name each of these services once at most: {', '.join(services)}",
            )
        images[service] = parse(reference)
        rule.check(images[service], service)
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
