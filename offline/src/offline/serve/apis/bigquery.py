"""BigQuery: the type of a table, links, and who has access to a dataset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from offline.serve import resources
from offline.serve.computed import project_of
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


_LEGACY = {
    "roles/bigquery.dataOwner": "OWNER",
    "roles/bigquery.dataEditor": "WRITER",
    "roles/bigquery.dataViewer": "READER",
}
"""What an API that takes both answers for a role in the access of a dataset (discovery document of
bigquery v2, Dataset.access.role)."""


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in id, link and type."""
    words = path.split("/")
    if words[-2] == "tables":
        resource["id"] = f"{words[1]}:{words[3]}.{words[5]}"
        dataset = google.store.resources.get(("bigquery", "/".join(words[:4])), {})
        resource.setdefault("location", dataset.get("location", "US"))
        _untag(resource.get("schema", {}).get("fields", ()))
        if "view" in resource:
            resource["type"] = "VIEW"
    for entry in resource.get("access", ()):
        if entry.get("role") in _LEGACY:
            entry["role"] = _LEGACY[entry["role"]]
    resource["selfLink"] = f"https://bigquery.googleapis.com/bigquery/v2/{path}"
    resource.pop("name", None)


def _untag(fields: Iterable[Resource]) -> None:
    """Leave out policy tags that name none: that is how a request clears them."""
    for field in fields:
        if not field.get("policyTags", {}).get("names"):
            field.pop("policyTags", None)
        _untag(field.get("fields", ()))


@answers("bigquery.datasets.update")
def _update(google: Google, request: Request) -> Resource:
    """Replace a dataset; without `access` in the request, everyone keeps their access.

    hashicorp/google 7.45.0 leaves it out unless it changes.
    """
    held = google.find("bigquery", request.path)
    kept = {"access": held["access"]} if "access" in held else {}
    return resources.update(google, replace(request, body={**kept, **request.body}))


@answers("bigquery.projects.getServiceAccount")
def _service_account(google: Google, request: Request) -> Resource:
    """Return the service account of BigQuery in a project, the one that uses keys of Cloud KMS.

    Source: page "Customer-managed Cloud KMS keys",
    https://cloud.google.com/bigquery/docs/customer-managed-encryption.
    """
    number = google.number(project_of(request.path))
    return {
        "kind": "bigquery#getServiceAccountResponse",
        "email": f"bq-{number}@bigquery-encryption.iam.gserviceaccount.com",
    }
