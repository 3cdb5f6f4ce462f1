"""Storage Transfer Service: its agent, and jobs that are deleted by their status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.provider_facts.ids import made_up
from offline.serve import resources
from offline.serve.changes import merge
from offline.serve.computed import invented
from offline.serve.errors import NotFoundError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


@answers("storagetransfer.googleServiceAccounts.get")
def _agent(google: Google, request: Request) -> Resource:
    number = google.number(request.parameters["projectId"])
    domain = "storage-transfer-service.iam.gserviceaccount.com"
    email = f"project-{number}@{domain}"
    return {"accountEmail": email, "subjectId": f"10{made_up('number', email)}"}


@answers("storagetransfer.transferJobs.create")
def _create(google: Google, request: Request) -> Resource:
    name = request.body.get("name") or f"transferJobs/{invented(google)['digits']}"
    return resources.create(
        google, request, name.rpartition("/")[2], {**request.body, "name": name}
    )


@answers("storagetransfer.transferJobs.get")
def _get(google: Google, request: Request) -> Resource:
    job = google.find("storagetransfer", request.path)
    if job["projectId"] != request.query["projectId"]:
        raise NotFoundError(request.path)
    return job


@answers("storagetransfer.transferJobs.patch")
def _patch(google: Google, request: Request) -> Resource:
    job = google.find("storagetransfer", request.path)
    mask = [
        field for field in request.body.get("updateTransferJobFieldMask", "").split(",") if field
    ]
    merge(job, request.body.get("transferJob", {}), mask)
    return job
