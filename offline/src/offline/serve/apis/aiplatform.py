"""Vertex AI: indexes are deployed to endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve.computed import invented
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_ENDPOINTS = "aiplatform.projects.locations.indexEndpoints"


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in the address of a public endpoint."""
    if resource.get("publicEndpointEnabled"):
        _, project, _, place, *_ = path.split("/")
        host = f"{invented(google)['digits'][:10]}.{place}-{google.number(project)}"
        resource.setdefault("publicEndpointDomainName", f"{host}.vdb.vertexai.goog")


@answers(f"{_ENDPOINTS}.deployIndex")
def _deploy(google: Google, request: Request) -> Resource:
    endpoint = google.find("aiplatform", request.path)
    deployed = {
        **request.body["deployedIndex"],
        "createTime": google.stamp,
        "indexSyncTime": google.stamp,
    }
    endpoint.setdefault("deployedIndexes", []).append(deployed)
    return google.operations.reply(request, {"deployedIndex": deployed})


@answers(f"{_ENDPOINTS}.mutateDeployedIndex")
def _mutate(google: Google, request: Request) -> Resource:
    endpoint = google.find("aiplatform", request.path)
    for deployed in endpoint.get("deployedIndexes", []):
        if deployed["id"] == request.body["id"]:
            deployed.update(request.body)
            return google.operations.reply(request, {"deployedIndex": deployed})
    return google.operations.reply(request, {})


@answers(f"{_ENDPOINTS}.undeployIndex")
def _undeploy(google: Google, request: Request) -> Resource:
    endpoint = google.find("aiplatform", request.path)
    held = endpoint.get("deployedIndexes", [])
    endpoint["deployedIndexes"] = [
        one for one in held if one["id"] != request.body["deployedIndexId"]
    ]
    return google.operations.reply(request, {})
