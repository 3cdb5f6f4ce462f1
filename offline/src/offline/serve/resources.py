"""What any resource needs: create, get, list, patch, replace, delete, and custom verbs.

Everything follows from the discovery document: which collection a POST adds to, how the request
names the new resource, where the resource is inside the request, and what the answer is. The rules
are those of Google's API improvement proposals (AIP-131 to AIP-136, https://google.aip.dev) and of
Compute Engine's API reference.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from offline.serve.discovery import Method, camel_case
from offline.serve.errors import ApiError, NotFoundError
from offline.serve.store import Resource

if TYPE_CHECKING:
    from offline.serve.google import Google, Request

_STATES = {
    "activate": "ACTIVE",
    "destroy": "DESTROYED",
    "disable": "DISABLED",
    "enable": "ENABLED",
    "pause": "PAUSED",
    "resume": "ENABLED",
    "undelete": "ACTIVE",
}
"""State of a resource after a custom verb."""
_CREATE = {"create", "insert"}
_MADE = {*_CREATE, "delete", "list"}
"""Methods of collections whose resources are made by someone: others have one that exists."""
_SUBLIST = re.compile(r"(add|patch|update|remove|get)([A-Z]\w*)")
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
        return update(google, request)
    if ":" in request.method.template.rpartition("/")[2].rpartition("}")[2]:
        return _custom(google, request)
    if request.method.verb_name in _CREATE:
        return create(google, request)
    return _act(google, request)


def fill(
    google: Google, method: Method, path: str, resource: Resource, *, created: bool
) -> Resource:
    """Add what Google fills in to a resource of a method's collection."""
    schema, has_long_name = _schema(method)
    return google.rules(method.api).fill(
        google,
        method.document,
        schema,
        path,
        resource,
        created=created,
        has_long_name=has_long_name or not schema,
    )


def create(
    google: Google, request: Request, identifier: str = "", body: Resource | None = None
) -> Resource:
    """Create a resource; without an identifier, the request names it.

    Raises:
        ApiError: it exists (409).
    """
    resource = copy.deepcopy(unwrapped(request) if body is None else body)
    path = f"{request.path}/{identifier or _identifier(google, request, resource)}"
    key = (request.api, path)
    if key in google.store.resources:
        raise ApiError(409, f"Resource '{path}' already exists", "alreadyExists")
    google.store.resources[key] = resource
    fill(google, request.method, path, resource, created=True)
    return google.operations.reply(request, resource)


def update(google: Google, request: Request) -> Resource:
    """Change a resource by PATCH, or replace it by PUT.

    Raises:
        ApiError: it does not exist (404), or was changed meanwhile (409, 412).
    """
    key = (request.api, request.path)
    held = google.store.resources.get(key)
    created = held is None
    if held is None:
        held = provided(google, request)
        if held is None and not (request.query.get("allowMissing") or _can_put(request.method)):
            raise NotFoundError(request.path)
        held = google.store.resources[key] = held or {}
    new = unwrapped(request)
    check_etag(held, new)
    mask = _mask(request)
    if request.method.verb == "PUT" and not mask:
        read_only = _read_only(request.method)
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
    held = google.store.resources.get((request.api, request.path))
    if held is not None:
        return held
    parent, _, name = request.path.rpartition("/")
    if name.isdigit():
        for child in google.store.children(request.api, parent):
            if child.get("id") == name:
                return child
    if (given := provided(google, request)) is not None:
        return given
    raise NotFoundError(request.path)


def listed(request: Request, items: Sequence[Resource]) -> Resource:
    """Return a page with resources; every one of them is on the first page."""
    method = request.method
    field = _items_field(method)
    page: Resource = {field: list(items)} if field and items else {}
    kind = method.document.properties(method.response).get("kind", {}).get("default")
    return {"kind": kind, **page} if kind else page


def provided(google: Google, request: Request) -> Resource | None:
    """Return a resource that no request creates, such as the settings of a project.

    A resource that can be read, and not created, listed or deleted, exists from the beginning.
    """
    method = _read_method(request.method)
    if method is None or method.is_list or not method.response:
        return None
    collection = method.document.by_id
    siblings = [one for one in collection.values() if one.collection == method.collection]
    if any(one.verb_name in _MADE or "allowMissing" in one.parameters for one in siblings):
        return None
    return fill(google, method, request.path, {}, created=True)


def unwrapped(request: Request) -> Resource:
    """Return the resource inside a request, which may be the whole of it."""
    field = _wrapper(request.method)
    return dict(request.body.get(field) or {}) if field else dict(request.body)


def check_etag(held: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Compare the etag or fingerprint of a change with that of the resource. Raises ApiError."""
    for name, status in (("etag", 409), ("fingerprint", 412)):
        if new.get(name) and held.get(name) and new[name] != held[name]:
            message = f"The {name} of the request is not that of the resource: it was changed"
            raise ApiError(status, message, "conditionNotMet", name="ABORTED")


def merge(held: Resource, new: Mapping[str, Any], mask: Sequence[str] = ()) -> None:
    """Change a resource: the fields of a mask, lists and maps as a whole; else a JSON merge."""
    if not mask:
        for name, value in new.items():
            if isinstance(value, dict) and isinstance(held.get(name), dict):
                merge(held[name], value)
            else:
                held[name] = copy.deepcopy(value)
        return
    for field in mask:
        *parents, last = field.split(".")
        source: Any = new
        target = held
        for parent in parents:
            source = source.get(parent) if isinstance(source, dict) else None
            target = target.setdefault(parent, {})
        if isinstance(source, dict) and last in source:
            target[last] = copy.deepcopy(source[last])
        else:
            target.pop(last, None)


def _get(google: Google, request: Request) -> Resource:
    method = request.method
    if re.search(r"(?:^|/)operations/[^/]+(?:/wait)?$", request.path):
        return google.operations.get(request.path.removesuffix("/wait"))
    if method.verb_name == "aggregatedList":
        return {"items": {}}
    if method.is_list:
        return listed(request, google.store.children(request.api, request.path))
    if (sublist := _sublist(google, request)) is not None:
        if not (fitting := _fitting(sublist, request.query)):
            raise NotFoundError(f"{request.path} {dict(request.query)}")
        return fitting[0]
    return find(google, request)


def _custom(google: Google, request: Request) -> Resource:
    """Answer POST resource:verb."""
    verb = request.method.template.rpartition(":")[2]
    held = google.find(request.api, request.path)
    if verb in _STATES and "state" in held:
        held["state"] = _STATES[verb]
    elif verb not in _STATES:
        merge(held, {k: v for k, v in request.body.items() if k not in {"etag", "updateMask"}})
    return google.operations.reply(request, held)


def _act(google: Google, request: Request) -> Resource:
    """Answer POST resource/verb, as Compute Engine has it: a list inside, or some fields."""
    path = request.path.rpartition("/")[0]
    if request.api == "compute" and path.count("/") == 3:
        # Some methods of global proxies leave `global` out of their path.
        path = re.sub(r"(projects/[^/]+)/", r"\1/global/", path, count=1)
    held = google.find(request.api, path)
    sublist = _sublist(google, request)
    verb = _SUBLIST.fullmatch(request.method.verb_name)
    if sublist is None or verb is None:
        known = request.method.document.properties(_schema(request.method)[0])
        check_etag(held, request.body)
        new = {k: v for k, v in request.body.items() if not known or k in known}
        held.update(copy.deepcopy(new))
    elif verb[1] == "add":
        sublist.append(dict(request.body))
    else:
        for item in _fitting(sublist, request.query):
            if verb[1] == "remove":
                sublist.remove(item)
            else:
                item.update(copy.deepcopy(request.body))
    fill(google, request.method, path, held, created=False)
    return google.operations.reply(request, held)


def _sublist(google: Google, request: Request) -> list[Resource] | None:
    """Return the list inside a resource that getRule, addRule and the like are about."""
    verb = _SUBLIST.fullmatch(request.method.verb_name)
    held = google.store.resources.get((request.api, request.path.rpartition("/")[0]))
    if verb is None or held is None:
        return None
    document, collection = request.method.document, request.method.collection
    get = document.by_id.get(f"{collection}.get{verb[2]}")
    schema = get.response if get else request.method.request
    for name, kind in document.properties(_schema(request.method)[0]).items():
        if schema and kind.get("items", {}).get("$ref") == schema:
            result: list[Resource] = held.setdefault(name, [])
            return result
    return None


def _fitting(items: Sequence[Resource], query: Mapping[str, Any]) -> list[Resource]:
    wanted = {name: query[name] for name in ("priority", "name") if name in query}
    return [item for item in items if all(item.get(k) == v for k, v in wanted.items())]


def _path_of(google: Google, request: Request, held: Resource) -> str:
    held_by = google.store.resources
    return next(
        (p for (a, p), r in held_by.items() if r is held and a == request.api), request.path
    )


def _identifier(google: Google, request: Request, resource: Resource) -> str:
    """Return the name of a new resource.

    A query parameter such as secretId, a field of the request beside the resource, a reference of
    BigQuery, the resource's name, a field that the path of the resource names, or a number.
    """
    query, body = request.query, request.body
    for name, value in query.items():
        if name.endswith("Id") and name not in {"requestId", "parentId"}:
            return str(value)
    if _wrapper(request.method):
        for name, value in body.items():
            if name.endswith("Id") and isinstance(value, str):
                return value
    for name, value in resource.items():
        if name.endswith("Reference") and isinstance(value, dict):
            key = name.removesuffix("Reference") + "Id"
            if key in value:
                return str(value[key])
    if isinstance(resource.get("name"), str) and resource["name"]:
        return str(resource["name"]).rpartition("/")[2]
    if isinstance(query.get("name"), str):
        return str(query["name"])
    method = _resource_method(request.method)
    placeholder = re.search(r"\{(\w+)\}$", method.template) if method else None
    named = resource.get(placeholder[1]) if placeholder else None
    return str(named or google.store.serial())


def schema_of(method: Method) -> str:
    """Return the name of the schema of a method's resources, empty without one."""
    return _schema(method)[0]


def _schema(method: Method) -> tuple[str, bool]:
    """Return the schema of a collection's resources, and whether their name is the whole path."""
    read = _read_method(method) or _resource_method(method)
    if read is None:
        return "", False
    schema = read.response if read.verb == "GET" else read.request
    return schema, "{+" in read.template


def _read_method(method: Method) -> Method | None:
    if method.verb == "GET" and not _SUBLIST.fullmatch(method.verb_name):
        return method
    collection = method.collection
    if method.verb == "GET":
        return method.document.by_id.get(f"{collection}.get", method)
    return method.document.by_id.get(f"{collection}.get")


def _resource_method(method: Method) -> Method | None:
    """Return a method of one resource of the collection that a request adds to, GET first."""
    if method.verb_name not in _CREATE:
        return None
    names = (f"{method.collection}.{verb}" for verb in ("get", "patch", "update", "delete"))
    return next(
        (method.document.by_id[name] for name in names if name in method.document.by_id), None
    )


def _wrapper(method: Method) -> str:
    """Return the field of a request that holds the resource; empty if the request is it."""
    schema, _ = _schema(method)
    if not schema or method.request in {"", schema}:
        return ""
    properties = method.document.properties(method.request)
    return next((name for name, kind in properties.items() if kind.get("$ref") == schema), "")


def _mask(request: Request) -> list[str]:
    text = request.query.get("updateMask") or (
        request.body.get("updateMask") if _wrapper(request.method) else ""
    )
    fields = str(text or "").split(",")
    return [
        ".".join(camel_case(part) for part in field.split("."))
        for field in fields
        if field not in {"", "*"}
    ]


def _items_field(method: Method) -> str:
    arrays = {
        name: kind.get("items", {})
        for name, kind in method.document.properties(method.response).items()
        if kind.get("type") == "array"
    }
    return next((name for name, item in arrays.items() if "$ref" in item), next(iter(arrays), ""))


def _can_put(method: Method) -> bool:
    """Report whether the request creates what does not exist: PUT without a POST."""
    names = method.document.by_id
    can_create = {f"{method.collection}.{verb}" for verb in ("create", "insert")} & names.keys()
    return method.verb == "PUT" and not can_create


def _read_only(method: Method) -> set[str]:
    properties = method.document.properties(_schema(method)[0])
    return {name for name, kind in properties.items() if kind.get("readOnly")}
