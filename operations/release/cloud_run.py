"""What Cloud Run serves: every service of a platform, and where its traffic goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contract.outputs import PlatformOutputs
from operations.core.api_client import ApiClient
from operations.core.errors import FailedError
from operations.core.google_apis import GoogleApis

LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A revision that gets traffic or has a tag."""

    revision: str
    percent: int
    tag: str
    uri: str
    """Address of the tag; empty without one."""
    image: str
    ready: bool
    latest: bool
    """Whether traffic goes to whatever revision is the latest ready one."""


@dataclass(frozen=True, kw_only=True)
class Serving:
    """A service in one region, as Cloud Run reports it."""

    service: str
    """Its name in the environment file."""
    region: str
    name: str
    """Its full name: projects/…/locations/…/services/…."""
    uri: str
    latest_ready: str
    latest_created: str
    reconciling: bool
    """Whether Cloud Run is still about the last change."""
    targets: tuple[Target, ...]


def full_name(platform: PlatformOutputs, service: str, region: str) -> str:
    """Return the name by which Cloud Run knows a service of the environment file."""
    name = platform.services[service][region].name
    return f"projects/{platform.project_id}/locations/{region}/services/{name}"


def read_services(
    platform: PlatformOutputs, google: GoogleApis, client: ApiClient
) -> Iterator[Serving]:
    """Read every service in every region.

    Raises:
        FailedError: one of them is not there, or cannot be read.
    """
    for service, regions in platform.services.items():
        for region in regions:
            yield read_service(
                full_name(platform, service, region), service, region, google, client
            )


def read_service(
    name: str, service: str, region: str, google: GoogleApis, client: ApiClient
) -> Serving:
    """Read one service by its full name.

    Raises:
        FailedError: it is not there, or cannot be read.
    """
    resource = client.find(google.run.projects().locations().services().get(name=name))
    if resource is None:
        raise FailedError(
            f"Cloud Run has no {name}", advice="apply the environment; grid plan shows what is gone"
        )
    ready = _short(resource.get("latestReadyRevision", ""))
    return Serving(
        service=service,
        region=region,
        name=name,
        uri=resource.get("uri", ""),
        latest_ready=ready,
        latest_created=_short(resource.get("latestCreatedRevision", "")),
        reconciling=bool(resource.get("reconciling")),
        targets=tuple(
            _target(name, status, ready, google, client)
            for status in resource.get("trafficStatuses", [])
        ),
    )


def _target(
    service: str, status: dict[str, Any], latest: str, google: GoogleApis, client: ApiClient
) -> Target:
    revision = _short(status.get("revision", "")) or latest
    request = google.run.projects().locations().services().revisions()
    resource = client.find(request.get(name=f"{service}/revisions/{revision}")) or {}
    conditions = {
        condition["type"]: condition.get("state") for condition in resource.get("conditions", [])
    }
    containers = resource.get("containers") or [{}]
    return Target(
        revision=revision,
        percent=int(status.get("percent", 0)),
        tag=status.get("tag", ""),
        uri=status.get("uri", ""),
        image=containers[0].get("image", ""),
        ready=conditions.get("Ready") == "CONDITION_SUCCEEDED",
        latest=status.get("type") == LATEST,
    )


def _short(name: str) -> str:
    """Return a revision's own name: Google gives some in full, and some not."""
    return name.rpartition("/")[2]
