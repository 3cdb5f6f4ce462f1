"""Memorystore for Redis: the port and the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in the port, which TLS changes, and the places of a replica."""
    encrypted = resource.get("transitEncryptionMode") == "SERVER_AUTHENTICATION"
    resource["port"] = 6378 if encrypted else 6379
    if resource.get("tier") == "STANDARD_HA":
        place = path.split("/")[3]
        resource.setdefault("alternativeLocationId", f"{place}-b")
        resource.setdefault("replicaCount", 1)


@answers("redis.projects.locations.instances.getAuthString")
def _password(google: Google, request: Request) -> Resource:
    google.find("redis", request.path.removesuffix("/authString"))
    return {"authString": "offline-auth-string"}
