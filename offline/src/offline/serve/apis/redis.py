"""Memorystore for Redis: ports, nodes, certificates and passwords."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from offline.provider_facts.ids import digest
from offline.serve.computed import invented
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


_RANGE = "10.64.1.0/29"
"""What Memorystore takes of an allocated range, when a request names one."""


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in the port and the certificate, which TLS needs, a replica, and where the nodes are.

    Source: page "In-transit encryption",
    https://cloud.google.com/memorystore/docs/redis/in-transit-encryption.
    """
    encrypted = resource.get("transitEncryptionMode") == "SERVER_AUTHENTICATION"
    resource["port"] = 6378 if encrypted else 6379
    if encrypted:
        resource.setdefault("serverCaCerts", [certificate(google)])
    if "/" not in resource["reservedIpRange"]:
        resource["reservedIpRange"] = _RANGE
    place = path.split("/")[3]
    if resource.get("tier") == "STANDARD_HA":
        resource.setdefault("alternativeLocationId", f"{place}-b")
        resource.setdefault("replicaCount", 1)
    zones = [resource["locationId"], resource.get("alternativeLocationId", "")]
    resource["nodes"] = [
        {"id": f"node-{at}", "zone": zones[at % 2]}
        for at in range(1 + resource.get("replicaCount", 0))
    ]


def certificate(google: Google) -> Resource:
    """Return a certificate authority of an instance."""
    number = invented(google)["digits"]
    return {
        "cert": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "serialNumber": number,
        "createTime": google.stamp,
        "expireTime": "2036-11-26T10:00:00Z",
        "sha1Fingerprint": digest(number)[:40],
    }


@answers("redis.projects.locations.instances.getAuthString")
def _password(google: Google, request: Request) -> Resource:
    """Return the password: a UUID (page "AUTH feature overview",
    https://cloud.google.com/memorystore/docs/redis/about-redis-auth).
    """
    path = request.path.removesuffix("/authString")
    google.find("redis", path)
    return {"authString": str(uuid.UUID(digest(path)[:32], version=4))}
