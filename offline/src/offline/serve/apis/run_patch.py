"""Cloud Run: the fields of a service that a patch changes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from offline.serve.changes import merge

if TYPE_CHECKING:
    from offline.serve.request import Request
    from offline.serve.store import Resource


def assign(wanted: Resource, request: Request) -> None:
    """Change a service as its patch wants; without a mask, every field that users set."""
    given = dict(request.body)
    mask = [field for field in str(request.query.get("updateMask", "")).split(",") if field]
    if mask:
        kept = {field: wanted[field] for field in ("template", "traffic") if field not in given}
        merge(wanted, given, mask)
        wanted |= {field: value for field, value in kept.items() if field not in wanted}
        return
    properties = request.method.document.properties(request.method.request)
    for name, kind in properties.items():
        if kind.get("readOnly") or name in {"name", "etag"}:
            continue
        if name in given:
            wanted[name] = copy.deepcopy(given[name])
        elif name not in {"template", "traffic"}:
            wanted.pop(name, None)
