"""Cloud Storage: the HMAC keys of service accounts.

Source: page "HMAC keys", https://cloud.google.com/storage/docs/authentication/hmackeys.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from offline.serve import resources
from offline.serve.errors import ApiError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


@answers("storage.projects.hmacKeys.create")
def _hmac(google: Google, request: Request) -> Resource:
    """Return a new key. Only this response has its secret."""
    identifier = f"GOOG1E{google.store.serial():055d}"
    project = request.parameters["projectId"]
    metadata = {
        "kind": "storage#hmacKeyMetadata",
        "id": f"{project}/{identifier}",
        "accessId": identifier,
        "projectId": project,
        "serviceAccountEmail": request.query["serviceAccountEmail"],
        "state": "ACTIVE",
    }
    resources.create(google, request, identifier, metadata)
    secret = base64.b64encode(f"secret-{identifier}"[-30:].encode()).decode()
    return {"kind": "storage#hmacKey", "metadata": metadata, "secret": secret}


@answers("storage.projects.hmacKeys.update")
def _update_hmac(google: Google, request: Request) -> Resource:
    held = google.find("storage", request.path)
    held["state"] = request.body["state"]
    return held


@answers("storage.projects.hmacKeys.delete")
def _delete_hmac(google: Google, request: Request) -> Resource:
    if google.find("storage", request.path)["state"] != "INACTIVE":
        raise ApiError(400, "Cannot delete keys that are in the ACTIVE state.", "invalid")
    return resources.delete(google, request)
