"""Changes of a resource: what its API fills in, etags, update masks."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from offline.serve import shapes
from offline.serve.discovery import Method
from offline.serve.errors import ApiError
from offline.serve.store import Resource

if TYPE_CHECKING:
    from offline.serve.google import Google


def fill(
    google: Google, method: Method, path: str, resource: Resource, *, created: bool
) -> Resource:
    """Add what Google fills in to a resource of a method's collection."""
    return google.rules(method.api).fill(
        google,
        method.document,
        shapes.schema_of(method),
        path,
        resource,
        created=created,
        has_long_name=shapes.has_long_name(method),
    )


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
