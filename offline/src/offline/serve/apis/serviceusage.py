"""Service Usage: which APIs of a project are enabled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from facts import iam
from offline.serve.computed import project_of
from offline.serve.errors import ApiError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


@answers("serviceusage.services.get")
def _get(google: Google, request: Request) -> Resource:
    project, name = project_of(request.path), request.path.rpartition("/")[2]
    if set(project) == {"0"}:  # the provider asks for it, and panics without this error
        message = f"Project '{project}' not found or permission denied."
        raise ApiError(403, message, "forbidden")
    return _service(google, project, name)


@answers("serviceusage.services.batchGet")
def _batch_get(google: Google, request: Request) -> Resource:
    names = request.query["names"]
    if len(names) > 30:
        raise ApiError(400, "more than 30 services", "invalid")
    project = project_of(request.path)
    return {"services": [_service(google, project, one.rpartition("/")[2]) for one in names]}


@answers("serviceusage.services.list")
def _list(google: Google, request: Request) -> Resource:
    project = project_of(request.path)
    names = google.store.enabled.get(project, [])
    return {"services": [_service(google, project, name) for name in sorted(names)]}


@answers("serviceusage.services.enable", "serviceusage.services.batchEnable")
def _enable(google: Google, request: Request) -> Resource:
    project = project_of(request.path)
    names = request.body.get("serviceIds") or [request.path.rpartition("/")[2]]
    enabled = google.store.enabled.setdefault(project, [])
    enabled += [name for name in names if name not in enabled]
    services = [_service(google, project, name) for name in names]
    return google.operations.reply(request, {"services": services})


@answers("serviceusage.services.disable")
def _disable(google: Google, request: Request) -> Resource:
    project, name = project_of(request.path), request.path.rpartition("/")[2]
    enabled = google.store.enabled.setdefault(project, [])
    google.store.enabled[project] = [held for held in enabled if held != name]
    return google.operations.reply(request, {"service": _service(google, project, name)})


@answers("serviceusage.services.generateServiceIdentity")
def _identity(google: Google, request: Request) -> Resource:
    name = re.search(r"services/([\w-]+)", request.path)
    number = google.number(project_of(request.path))
    agent = iam.service_agent(name[1] if name else "unknown", number)
    kind = "type.googleapis.com/google.api.serviceusage.v1beta1.ServiceIdentity"
    identity = {"@type": kind, "email": agent, "uniqueId": str(10**20 + google.store.serial())}
    return google.operations.reply(request, identity)


def _service(google: Google, project: str, name: str) -> Resource:
    parent = f"projects/{google.number(project)}"
    is_enabled = name in google.store.enabled.get(google.canonical(f"projects/{project}")[9:], [])
    return {
        "name": f"{parent}/services/{name}",
        "parent": parent,
        "state": "ENABLED" if is_enabled else "DISABLED",
        "config": {"name": name},
    }
