"""Resource Manager: projects exist as soon as something is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from offline.given import ORGANIZATION
from offline.serve import resources
from offline.serve.errors import ApiError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_API = "cloudresourcemanager"


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in the name of a tag's key or value that has the names of its parents."""
    if path.startswith(("tagKeys/", "tagValues/")):
        parent = str(resource.get("parent", ""))
        above = google.store.resources.get((_API, parent), {}).get("namespacedName")
        namespace = above or google.canonical(parent).rpartition("/")[2]
        resource["namespacedName"] = f"{namespace}/{resource.get('shortName', '')}"


@answers("cloudresourcemanager.projects.get")
def _get(google: Google, request: Request) -> Resource:
    return _project(google, request)


def _project(google: Google, request: Request) -> Resource:
    project = google.canonical(request.path).rpartition("/")[2]
    number = google.number(project)
    held = google.store.resources.get((_API, request.path), {})
    parent = held.get("parent", f"organizations/{ORGANIZATION}")
    title = held.get("displayName", project)
    labels = {"labels": held["labels"]} if held.get("labels") else {}
    if request.method.document.version == "v1":
        kind, _, name = parent.partition("s/")
        return {
            "projectId": project,
            "projectNumber": number,
            "name": title,
            "lifecycleState": "ACTIVE",
            "createTime": held.get("createTime", google.stamp),
            "parent": {"type": kind, "id": name},
            **labels,
        }
    return {
        "name": f"projects/{number}",
        "projectId": project,
        "displayName": title,
        "state": "ACTIVE",
        "parent": parent,
        "createTime": held.get("createTime", google.stamp),
        **labels,
    }


@answers("cloudresourcemanager.projects.create")
def _create(google: Google, request: Request) -> Resource:
    project = request.body["projectId"]
    return resources.create(google, request, project, _given(request))


@answers("cloudresourcemanager.projects.update", "cloudresourcemanager.projects.patch")
def _update(google: Google, request: Request) -> Resource:
    """Change the name, the labels, and where v1 does, the parent."""
    held = google.store.resources.setdefault((_API, request.path), {})
    given = _given(request)
    fields = set((request.query.get("updateMask") or "").split(",")) - {""}
    held.update({name: given[name] for name in given if not fields or name in fields})
    if "labels" not in given and (not fields or "labels" in fields):
        held.pop("labels", None)
    return google.operations.reply(request, _project(google, request))


def _given(request: Request) -> Resource:
    """Return what a request says of a project, in the form that both versions are made of."""
    body = request.body
    parent = body.get("parent")
    if isinstance(parent, dict):
        parent = f"{parent['type']}s/{parent['id']}"
    title = body.get("name" if request.method.document.version == "v1" else "displayName")
    given = {"displayName": title, "parent": parent, "labels": body.get("labels")}
    return {name: value for name, value in given.items() if value}


@answers("cloudresourcemanager.projects.getAncestry")
def _ancestry(google: Google, request: Request) -> Resource:  # noqa: ARG001
    project = {"type": "project", "id": request.path.rpartition("/")[2]}
    organization = {"type": "organization", "id": ORGANIZATION}
    return {"ancestor": [{"resourceId": project}, {"resourceId": organization}]}


@answers("cloudresourcemanager.tagBindings.create")
def _bind_tag(google: Google, request: Request) -> Resource:
    """Bind a tag to a resource; the name of the binding has the names of both.

    Source: page "tagBindings" of the API,
    https://cloud.google.com/resource-manager/reference/rest/v3/tagBindings.
    """
    binding = dict(request.body)
    if named := binding.get("tagValueNamespacedName"):
        values = google.store.children(_API, "tagValues")
        found = [one["name"] for one in values if one.get("namespacedName") == named]
        binding.setdefault("tagValue", found[0] if found else named)
    name = f"{binding['parent']}/{binding['tagValue']}"
    binding["name"] = f"tagBindings/{quote(binding['parent'], safe='')}/{binding['tagValue']}"
    if (_API, f"tagBindings/{name}") in google.store.resources:
        raise ApiError(409, f"{binding['name']} already exists", "alreadyExists")
    google.store.resources[_API, f"tagBindings/{name}"] = binding
    return google.operations.reply(request, binding)


@answers("cloudresourcemanager.tagBindings.list")
def _tags_of(google: Google, request: Request) -> Resource:
    held = google.store.children(_API, "tagBindings", everything=True)
    return resources.listed(
        request, [one for one in held if one["parent"] == request.query["parent"]]
    )
