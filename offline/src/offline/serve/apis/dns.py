"""Cloud DNS: zones have their NS and SOA records; records change by change sets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from offline.serve import resources
from offline.serve.apis.compute import LINK
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_NETWORK = re.compile(r"^.*/compute/v1/(?=projects/)")
_SOA = "ns-cloud-a1.googledomains.com. cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300"


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: FBT001
    """Name networks by their links, and create the records of a new zone."""
    for part in (resource, resource.get("privateVisibilityConfig", {})):
        for network in part.get("networks", ()):
            network["networkUrl"] = _NETWORK.sub(LINK, network.get("networkUrl", ""))
    if path.split("/")[-2] != "managedZones":
        return
    if resource["visibility"] == "public":
        resource.pop("privateVisibilityConfig", None)
    if created:
        name = resource["dnsName"]
        _put(
            google,
            path,
            {"name": name, "type": "NS", "ttl": 21600, "rrdatas": resource["nameServers"]},
        )
        _put(google, path, {"name": name, "type": "SOA", "ttl": 21600, "rrdatas": [_SOA]})


@answers("dns.changes.create")
def _change(google: Google, request: Request) -> Resource:
    zone = request.path.removesuffix("/changes")
    google.find("dns", zone)
    for record in request.body.get("deletions", []):
        google.store.resources.pop(("dns", _place(zone, record)), None)
    for record in request.body.get("additions", []):
        _put(google, zone, record)
    change = {
        **request.body,
        "kind": "dns#change",
        "id": str(google.store.serial()),
        "status": "done",
        "startTime": google.stamp,
    }
    google.store.resources["dns", f"{request.path}/{change['id']}"] = change
    return change


@answers("dns.resourceRecordSets.create")
def _create(google: Google, request: Request) -> Resource:
    return _put(google, request.path.removesuffix("/rrsets"), request.body)


@answers("dns.resourceRecordSets.list")
def _list(google: Google, request: Request) -> Resource:
    wanted = {key: request.query[key] for key in ("name", "type") if key in request.query}
    held = google.store.children("dns", request.path, everything=True)
    found = [one for one in held if all(one.get(k) == v for k, v in wanted.items())]
    return {"kind": "dns#resourceRecordSetsListResponse", "rrsets": found}


@answers("dns.policies.patch", "dns.policies.update")
def _change_policy(google: Google, request: Request) -> Resource:
    return {"policy": resources.update(google, request)}


def _place(zone: str, record: dict[str, Any]) -> str:
    return f"{zone}/rrsets/{record['name']}/{record['type']}"


def _put(google: Google, zone: str, record: dict[str, Any]) -> dict[str, Any]:
    held = {"kind": "dns#resourceRecordSet", **record}
    google.store.resources["dns", _place(zone, record)] = held
    return held
