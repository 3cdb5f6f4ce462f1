"""APIs without a discovery document: answered by the path of a request alone.

google-api-python-client has no document of some APIs that the provider calls (Managed Lustre,
Memorystore, Edge Container …). Their paths follow Google's API improvement proposals (AIP-122,
AIP-131 to AIP-136, AIP-151, https://google.aip.dev), which is all that is known of them: nothing in
a request is checked, and an answer holds what the request had, with times, an etag and a uid.
Whether an API answers with the resource or with an operation is not known either. So an answer is
both: the resource, with `done` and `response` of a finished operation.
"""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from offline.serve import endpoints
from offline.serve.changes import merge
from offline.serve.discovery import has_documents, resource_path
from offline.serve.errors import ApiError, NotFoundError
from offline.serve.store import Resource
from offline.serve.values import camel_case

if TYPE_CHECKING:
    from offline.serve.google import Google

_POLICY = re.compile(r"(get|set|test)Iam(?:Policy|Permissions)")
_ID = re.compile(r"[a-z]\w*Id|[a-z]+(?:_[a-z]+)*_id")


@cache
def apis() -> frozenset[str]:
    """Return the APIs that the provider calls and that have no document."""
    names = {path.partition("/")[0] for path in endpoints.paths()}
    return frozenset(name for name in names if not has_documents(name))


def answer(
    google: Google, verb: str, api: str, path: str, query: Mapping[str, str], body: Resource
) -> Resource:
    """Answer a request to a path of an API, with its version. Raises ApiError."""
    path, _, custom = google.canonical(resource_path(path)).partition(":")
    path = path.rstrip("/")
    if _POLICY.fullmatch(custom):
        return google.policies.act(api, path, custom, {**query, **body})
    if "/operations/" in f"/{path}":
        return {"name": path, "done": True, "response": {}}
    held = google.store.resources.get((api, path))
    if verb == "GET":
        return _read(google, api, path, held)
    if verb == "DELETE":
        if held is None:
            raise NotFoundError(path)
        google.store.remove(api, path)
        return {"name": f"{path}/operations/delete", "done": True, "response": {}}
    if verb == "POST" and not custom:
        path = f"{path}/{_name(google, query, body)}"
        if (api, path) in google.store.resources:
            raise ApiError(409, f"Resource '{path}' already exists", "alreadyExists")
        held = None
    if held is None:
        held = {"createTime": google.stamp, "uid": str(uuid.uuid4())}
        google.store.resources[api, path] = held
    masked = (query.get("updateMask") or query.get("update_mask") or "").split(",")
    mask = [".".join(map(camel_case, one.split("."))) for one in masked if one not in {"", "*"}]
    merge(held, body, mask)
    held |= {"name": path, "updateTime": google.stamp, "etag": f"{google.store.serial():x}"}
    return {**held, "done": True, "response": copy.deepcopy(held)}


def _read(google: Google, api: str, path: str, held: Resource | None) -> Resource:
    """Return a resource, or the resources of a collection, whose path has an odd length."""
    if held is not None:
        return held
    parts = path.split("/")
    if len(parts) % 2:
        return {parts[-1]: google.store.children(api, path)}
    if parts[-2] == "locations":
        return {"name": path, "locationId": parts[-1]}
    raise NotFoundError(path)


def _name(google: Google, query: Mapping[str, str], body: Mapping[str, Any]) -> str:
    """Return the id of a new resource: from the query, the body, or a number."""
    for name, value in query.items():
        if _ID.fullmatch(name) and camel_case(name) != "requestId":
            return value
    given = str(body.get("name") or "").rpartition("/")[2]
    return given or str(google.store.serial())
