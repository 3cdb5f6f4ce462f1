"""Compute Engine: what a project has there: metadata, network tier, shared networks.

Source: page "projects" of the API,
https://cloud.google.com/compute/docs/reference/rest/v1/projects.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from offline.serve.computed import link, project_of
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_NO_HOST = "UNSPECIFIED_XPN_PROJECT_STATUS"


@answers("compute.projects.get")
def _get(google: Google, request: Request) -> Resource:
    project = request.parameters["project"]
    number = google.number(project)
    given = {
        "kind": "compute#project",
        "name": project,
        "id": number,
        "defaultServiceAccount": f"{number}-compute@developer.gserviceaccount.com",
        "xpnProjectStatus": _NO_HOST,
        "defaultNetworkTier": "PREMIUM",
        "commonInstanceMetadata": {"fingerprint": "eA==", "kind": "compute#metadata"},
        "selfLink": link("compute", "v1", f"projects/{project}"),
    }
    return given | _held(google, request)


@answers(
    "compute.projects.setCommonInstanceMetadata",
    "compute.projects.setDefaultNetworkTier",
    "compute.projects.setCloudArmorTier",
    "compute.projects.setUsageExportBucket",
)
def _set(google: Google, request: Request) -> Resource:
    held, body = _held(google, request), dict(request.body)
    verb = request.method.verb_name
    if verb == "setCommonInstanceMetadata":
        fingerprint = base64.b64encode(str(google.store.serial()).encode()).decode()
        held["commonInstanceMetadata"] = body | {"fingerprint": fingerprint}
    elif verb == "setUsageExportBucket":
        held["usageExportLocation"] = body
    else:
        held |= {name.replace("networkTier", "defaultNetworkTier"): v for name, v in body.items()}
    return google.operations.reply(request, held)


@answers("compute.projects.enableXpnHost", "compute.projects.disableXpnHost")
def _host(google: Google, request: Request) -> Resource:
    """Let a project share its networks, or not (page "Shared VPC")."""
    held = _held(google, request)
    held["xpnProjectStatus"] = "HOST" if request.method.verb_name == "enableXpnHost" else _NO_HOST
    return google.operations.reply(request, held)


@answers("compute.projects.enableXpnResource", "compute.projects.disableXpnResource")
def _service(google: Google, request: Request) -> Resource:
    """Attach a service project to a host, or detach it."""
    path = f"projects/{project_of(request.path)}/getXpnResources"
    list_ = google.store.resources.setdefault(("compute", path), {"resources": []})
    service = dict(request.body["xpnResource"])
    others = [one for one in list_["resources"] if one.get("id") != service.get("id")]
    is_attached = request.method.verb_name == "enableXpnResource"
    list_["resources"] = [*others, service] if is_attached else others
    return google.operations.reply(request, None)


@answers("compute.projects.getXpnResources")
def _services(google: Google, request: Request) -> Resource:
    found = google.store.resources.get(("compute", request.path), {}).get("resources", [])
    return {"kind": "compute#projectsGetXpnResources", "resources": found}


@answers("compute.projects.getXpnHost")
def _host_of(google: Google, request: Request) -> Resource:
    """Return the host that a project is attached to; an empty one without."""
    project = project_of(request.path)
    for (api, path), held in google.store.resources.items():
        if api == "compute" and path.endswith("/getXpnResources"):
            attached = {google.canonical(f"projects/{one['id']}") for one in held["resources"]}
            if f"projects/{project}" in attached:
                host = project_of(path)
                return {
                    "kind": "compute#project",
                    "name": host,
                    "id": google.number(host),
                    "selfLink": link("compute", "v1", f"projects/{host}"),
                }
    return {"kind": "compute#project"}


def _held(google: Google, request: Request) -> Resource:
    path = f"projects/{project_of(request.path)}"
    return google.store.resources.setdefault(("compute", path), {})
