"""How a request names the resource that it creates."""

from __future__ import annotations

import re

from offline.serve import shapes
from offline.serve.request import Request
from offline.serve.store import Resource


def identifier(request: Request, resource: Resource) -> str:
    """Return the name of a new resource.

    A query parameter such as secretId, a field of the request next to the resource, a reference of
    BigQuery, its name, that of its metadata, a field that the path of the resource names, or its
    id. Empty without one.
    """
    query, body = request.query, request.body
    for name, value in query.items():
        if name.endswith("Id") and name not in {"requestId", "parentId"}:
            return str(value)
    if shapes.wrapper(request.method):
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
    metadata = resource.get("metadata")
    if isinstance(metadata, dict) and metadata.get("name"):  # the form of Kubernetes
        return str(metadata["name"])
    method = shapes.resource_method(request.method)
    placeholder = re.search(r"\{(\w+)\}$", method.template) if method else None
    named = _named(resource, placeholder[1]) if placeholder else ""
    return named or str(resource.get("id") or "")


def _named(resource: Resource, placeholder: str) -> str:
    """Return the field that the path of a resource names, or the end of its kind.

    {responsePolicyRule} is ruleName in Cloud DNS.
    """
    if isinstance(resource.get(placeholder), str):
        return str(resource[placeholder])
    for name, value in resource.items():
        kind = name.removesuffix("Name")
        if kind != name and isinstance(value, str) and placeholder.lower().endswith(kind.lower()):
            return value
    return ""
