"""Service Networking: the peering between a network and the producers of managed services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve.apis.compute import LINK, add_peering
from offline.serve.computed import project_of
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_PEERING = "servicenetworking-googleapis-com"


@answers("servicenetworking.services.connections.create")
def _connect(google: Google, request: Request) -> Resource:
    return _write(google, request, f"{request.path}/{_PEERING}")


@answers("servicenetworking.services.connections.patch")
def _change(google: Google, request: Request) -> Resource:
    return _write(google, request, request.path)


@answers("servicenetworking.services.connections.list")
def _list(google: Google, request: Request) -> Resource:
    wanted = google.canonical(request.query.get("network", ""))
    held = [
        one
        for (api, path), one in google.store.resources.items()
        if api == "servicenetworking"
        and path.startswith(f"{request.path}/")
        and google.canonical(one["network"]) == wanted
    ]
    return {"connections": held} if held else {}


@answers("servicenetworking.services.connections.deleteConnection")
def _disconnect(google: Google, request: Request) -> Resource:
    wanted = google.canonical(request.body.get("consumerNetwork", ""))
    held = google.store.resources
    for key in [
        key
        for key, one in held.items()
        if key[0] == "servicenetworking" and google.canonical(one.get("network", "")) == wanted
    ]:
        del held[key]
    if network := held.get(("compute", wanted)):
        peerings = [one for one in network.get("peerings", []) if one["name"] != _PEERING]
        network["peerings"] = peerings
    return google.operations.reply(request, {})


def _write(google: Google, request: Request, path: str) -> Resource:
    network = google.canonical(request.body["network"])
    path = f"{path.rpartition('/')[0]}/{network.replace('/', ':')}"
    connection = {
        **request.body,
        "peering": _PEERING,
        "service": request.path.partition("/connections")[0],
    }
    google.store.resources["servicenetworking", path] = connection
    if held := google.store.resources.get(("compute", network)):
        tenant = f"{project_of(network)}-tp"
        add_peering(
            held,
            {
                "name": _PEERING,
                "state": "ACTIVE",
                "network": f"{LINK}projects/{tenant}/global/networks/servicenetworking",
                "exchangeSubnetRoutes": True,
                "importCustomRoutes": False,
                "exportCustomRoutes": False,
                "stackType": "IPV4_ONLY",
            },
        )
    return google.operations.reply(request, connection)
