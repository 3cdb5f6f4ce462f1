"""What any resource needs: create, get, list, patch, replace, delete, and custom verbs.

Everything follows from the discovery document: which collection a POST adds to, how the request
names the new resource, where the resource is inside the request, and what the answer is. The rules
are those of Google's API improvement proposals (AIP-131 to AIP-136, https://google.aip.dev) and of
Compute Engine's API reference.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from facts.locations import regions
from offline.serve import custom, shapes
from offline.serve.changes import check_etag, fill, merge
from offline.serve.discovery import Method
from offline.serve.errors import ApiError, NotFoundError
from offline.serve.naming import identifier
from offline.serve.store import Resource
from offline.serve.values import camel_case

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request

_KEPT = {
    *("createTime", "creationTime", "creationTimestamp", "email", "id", "name", "projectId"),
    *("projectNumber", "selfLink", "state", "status", "timeCreated", "uniqueId"),
}
"""Fields that a PUT without them leaves as they are."""


def answer(google: Google, request: Request) -> Resource:
    """Answer a request by the rules that all APIs share. Raises ApiError."""
    verb = request.method.verb
    if verb == "GET":
        return _get(google, request)
    if verb == "DELETE":
        return delete(google, request)
    if verb in {"PATCH", "PUT"}:
        if request.method.verb_name in shapes.CREATE:  # Pub/Sub names what it creates in the path
            _check_absent(google, request.api, request.path)
        if request.method.template.endswith(f"/{request.method.verb_name}"):
            return custom.act(google, request)
        return update(google, request)
    if custom.creates(request):
        return create(google, replace(request, path=request.path.rpartition(":")[0]))
    if ":" in request.method.template.rpartition("/")[2].rpartition("}")[2]:
        return custom.change_state(google, request)
    if request.method.verb_name in shapes.CREATE:
        return create(google, request)
    return custom.act(google, request)


def create(
    google: Google, request: Request, name: str = "", body: Resource | None = None
) -> Resource:
    """Create a resource; without a name, the request has one.

    Raises:
        ApiError: it exists (409).
    """
    resource = copy.deepcopy(unwrapped(request) if body is None else body)
    name = name or identifier(request, resource)
    name = name or google.rules(request.api).assigned(google, request.path, resource)
    path = f"{request.path}/{name}"
    _check_absent(google, request.api, path)
    google.store.resources[request.api, path] = resource
    fill(google, request.method, path, resource, created=True)
    return google.operations.reply(request, resource)


def update(google: Google, request: Request) -> Resource:
    """Change a resource by PATCH, or replace it by PUT.

    Raises:
        ApiError: it does not exist (404), or was changed meanwhile (409, 412).
    """
    key = (request.api, request.path)
    held = google.store.resources.get(key) or _numbered(google, request)
    created = held is None
    if held is None:
        held = provided(google, request)
        if held is None and not (
            request.query.get("allowMissing") or shapes.can_put(request.method)
        ):
            raise NotFoundError(request.path)
        held = google.store.resources[key] = held or {}
    new = unwrapped(request)
    check_etag(held, new)
    mask = _mask(request)
    if request.method.verb == "PUT" and not mask:
        read_only = shapes.read_only(request.method)
        for name in [n for n in held if n not in new and n not in _KEPT and n not in read_only]:
            del held[name]
        held.update(copy.deepcopy(new))
    else:
        merge(held, new, mask)
    fill(google, request.method, request.path, held, created=created)
    return google.operations.reply(request, held)


def delete(google: Google, request: Request) -> Resource:
    """Delete a resource with everything below it. Raises ApiError (404)."""
    held = find(google, request)
    google.store.remove(request.api, _path_of(google, request, held))
    gone = held if request.method.operation_style == "status" else None
    return google.operations.reply(request, gone)


def find(google: Google, request: Request) -> Resource:
    """Return the resource of a request, by its name or its numeric id. Raises ApiError (404)."""
    try:
        return google.find(request.api, request.path)
    except NotFoundError:
        if (given := provided(google, request)) is not None:
            return given
        raise


def _numbered(google: Google, request: Request) -> Resource | None:
    """Return the resource of a request by its numeric id."""
    with suppress(NotFoundError):
        return google.find(request.api, request.path)
    return None


def listed(request: Request, items: Sequence[Resource]) -> Resource:
    """Return a page with resources; every one of them is on the first page."""
    method = request.method
    field = shapes.items_field(method)
    page: Resource = {field: list(items)} if field and items else {}
    kind = method.document.properties(method.response).get("kind", {}).get("default")
    return {"kind": kind, **page} if kind else page


def provided(google: Google, request: Request) -> Resource | None:
    """Return a resource that no request creates, such as the settings of a project.

    A resource that can be read, and not created, listed or deleted, exists from the beginning, and
    so does the only one of its kind.
    """
    method = _singleton(request) or shapes.read_method(request.method)
    if method is None or method.is_list or not method.response:
        return None
    if shapes.is_singleton(method):
        return fill(google, method, request.path, {}, created=True)
    collection = method.document.by_id
    siblings = [one for one in collection.values() if one.collection == method.collection]
    if any(one.verb_name in shapes.MADE or "allowMissing" in one.parameters for one in siblings):
        return None
    return fill(google, method, request.path, {}, created=True)


def _singleton(request: Request) -> Method | None:
    """Return the method that reads the only resource of its kind, which a request is about."""
    template = request.method.template
    methods = request.method.document.by_id.values()
    return next(
        (one for one in methods if one.template == template and shapes.is_singleton(one)), None
    )


def unwrapped(request: Request) -> Resource:
    """Return the resource inside a request, which may be the whole of it."""
    field = shapes.wrapper(request.method)
    return dict(request.body.get(field) or {}) if field else dict(request.body)


def _check_absent(google: Google, api: str, path: str) -> None:
    if (api, path) in google.store.resources:
        raise ApiError(409, f"Resource '{path}' already exists", "alreadyExists")


def _get(google: Google, request: Request) -> Resource:
    method = request.method
    if re.search(r"(?:^|/)operations/[^/]+(?:/wait)?$", request.path):
        return google.operations.get(request.path.removesuffix("/wait"))
    if method.verb_name == "aggregatedList":
        return {"items": {}}
    if method.id.endswith(".locations.list"):
        return listed(request, [_location(request, region) for region in sorted(regions())])
    if method.is_list:
        return listed(request, google.store.children(request.api, request.path))
    if (item := custom.find_item(google, request)) is not None:
        return item
    return find(google, request)


def _location(request: Request, region: str) -> Resource:
    """Return a region as every API lists it (google.cloud.location.Location)."""
    return {"name": f"{request.path}/{region}", "locationId": region}


def _path_of(google: Google, request: Request, held: Resource) -> str:
    held_by = google.store.resources
    return next(
        (p for (a, p), r in held_by.items() if r is held and a == request.api), request.path
    )


def _mask(request: Request) -> list[str]:
    text = request.query.get("updateMask") or (
        request.body.get("updateMask") if shapes.wrapper(request.method) else ""
    )
    known = request.method.document.properties(shapes.schema_of(request.method))
    fields = []
    for field in str(text or "").split(","):
        parts = [camel_case(part) for part in field.split(".")]
        if known and parts[0] not in known and len(parts) > 1:
            parts = parts[1:]  # the name of the resource in its request, as in policy.spec
        fields.append(".".join(parts))
    return [field for field in fields if field not in {"", "*"}]
