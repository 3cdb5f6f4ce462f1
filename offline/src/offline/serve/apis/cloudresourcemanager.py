"""Resource Manager: projects exist as soon as something is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

ORGANIZATION = "1122334455"


@answers("cloudresourcemanager.projects.get")
def _project(google: Google, request: Request) -> Resource:
    project = google.canonical(request.path).rpartition("/")[2]
    number = google.number(project)
    held = google.store.resources.get(("cloudresourcemanager", request.path), {})
    if request.method.document.version == "v1":
        return {
            "projectId": project,
            "projectNumber": number,
            "name": project,
            "lifecycleState": "ACTIVE",
            "createTime": google.stamp,
            "parent": {"type": "organization", "id": ORGANIZATION},
            **held,
        }
    return {
        "name": f"projects/{number}",
        "projectId": project,
        "displayName": project,
        "state": "ACTIVE",
        "parent": f"organizations/{ORGANIZATION}",
        "createTime": google.stamp,
        **held,
    }


@answers("cloudresourcemanager.projects.getAncestry")
def _ancestry(google: Google, request: Request) -> Resource:  # noqa: ARG001
    project = {"type": "project", "id": request.path.rpartition("/")[2]}
    organization = {"type": "organization", "id": ORGANIZATION}
    return {"ancestor": [{"resourceId": project}, {"resourceId": organization}]}
