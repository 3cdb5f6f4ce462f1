"""Secret Manager: versions and what they hold."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import google_crc32c

from offline.serve.errors import ApiError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_PAYLOAD = "payload"


@answers(
    "secretmanager.projects.secrets.addVersion",
    "secretmanager.projects.locations.secrets.addVersion",
)
def _add(google: Google, request: Request) -> Resource:
    secret = google.find("secretmanager", request.path)
    held = google.store.children("secretmanager", f"{request.path}/versions")
    number = 1 + max((int(one["name"].rpartition("/")[2]) for one in held), default=0)
    payload = dict(request.body.get("payload", {}))
    checksum = payload.get("dataCrc32c")
    content = base64.b64decode(payload.get("data", ""))
    if checksum is not None and int(checksum) != google_crc32c.value(content):
        raise ApiError(400, "The checksum of the payload is not that of its data.")
    version: Resource = {
        "name": f"{secret['name']}/versions/{number}",
        "state": "ENABLED",
        "createTime": google.stamp,
        "etag": f'"{google.store.serial():x}"',
    }
    path = f"{request.path}/versions/{number}"
    google.store.resources["secretmanager", path] = version
    if checksum is not None:
        version["clientSpecifiedPayloadChecksum"] = True
    payload["dataCrc32c"] = str(google_crc32c.value(content))
    google.store.resources[_PAYLOAD, path] = payload
    return version


@answers("secretmanager.projects.secrets.versions.get")
def _get(google: Google, request: Request) -> Resource:
    return google.find("secretmanager", _path(google, request))


@answers("secretmanager.projects.secrets.versions.access")
def _access(google: Google, request: Request) -> Resource:
    path = _path(google, request)
    version = google.find("secretmanager", path)
    if version["state"] != "ENABLED":
        message = f"Secret Version [{version['name']}] is in {version['state']} state."
        raise ApiError(400, message, name="FAILED_PRECONDITION")
    return {"name": version["name"], "payload": google.find(_PAYLOAD, path)}


@answers("secretmanager.projects.secrets.versions.list")
def _list(google: Google, request: Request) -> Resource:
    held = google.store.children("secretmanager", f"{request.path}/versions")[::-1]
    match request.query.get("filter", ""):
        case "":
            pass
        case "state:ENABLED" | "state=ENABLED":
            held = [one for one in held if one["state"] == "ENABLED"]
        case other:
            raise ApiError(400, f"the offline Google has no filter {other}", "invalid")
    return {"versions": held, "totalSize": len(held)} if held else {}


def _path(google: Google, request: Request) -> str:
    parent, _, name = request.path.rpartition("/")
    if name != "latest":
        return request.path
    held = google.store.children("secretmanager", parent)
    last = max((int(one["name"].rpartition("/")[2]) for one in held), default=0)
    return f"{parent}/{last}"
