"""What the methods of a collection say about its resources: schema, names, lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from offline.serve.discovery import Document, Method

CREATE = {"create", "insert"}
MADE = {*CREATE, "delete", "list"}
"""Methods of collections whose resources are made by someone: others have one that exists."""
SUBLIST = re.compile(r"(add|patch|update|remove|get)([A-Z]\w*)")
"""Verbs of Compute Engine about a list inside of a resource, such as addRule."""


def schema_of(method: Method) -> str:
    """Return the name of the schema of a collection's resources, empty without one."""
    read = read_method(method) or resource_method(method)
    if read is None:
        return ""
    return read.response if read.verb == "GET" else read.request


def has_long_name(method: Method) -> bool:
    """Report whether the name of a collection's resources is their whole path."""
    read = read_method(method) or resource_method(method)
    return read is None or not schema_of(method) or "{+" in read.template


def read_method(method: Method) -> Method | None:
    """Return the method that reads one resource of a method's collection."""
    if method.verb == "GET" and (is_singleton(method) or not SUBLIST.fullmatch(method.verb_name)):
        return method
    return method.document.by_id.get(f"{method.collection}.get")


def is_singleton(method: Method) -> bool:
    """Report whether a method reads the only resource of its kind in a parent, by a fixed name.

    Examples: a project's cmekSettings, a location's serverConfig. Compute Engine's getRule reads
    an item of a list instead: its path ends in the verb.
    """
    last = method.template.rpartition("/")[2]
    is_fixed = "}" not in last and last != method.verb_name
    return method.verb == "GET" and is_fixed and not method.is_list


def resource_method(method: Method) -> Method | None:
    """Return a method of one resource of the collection that a request adds to, GET first."""
    if method.verb_name not in CREATE:
        return None
    by_id = method.document.by_id
    names = (f"{method.collection}.{verb}" for verb in ("get", "patch", "update", "delete"))
    return next((by_id[name] for name in names if name in by_id), None)


def wrapper(method: Method) -> str:
    """Return the field of a request that holds the resource; empty if the request is it."""
    schema = schema_of(method)
    if not schema or method.request in {"", schema}:
        return ""
    properties = method.document.properties(method.request)
    return next((name for name, kind in properties.items() if kind.get("$ref") == schema), "")


def items_field(method: Method) -> str:
    """Return the field of a page that has the resources."""
    arrays = {
        name: kind.get("items", {})
        for name, kind in method.document.properties(method.response).items()
        if kind.get("type") == "array"
    }
    return next((name for name, item in arrays.items() if "$ref" in item), next(iter(arrays), ""))


def sublist_field(method: Method) -> str:
    """Return the field of a resource that holds the list which a verb such as addRule is about."""
    verb = SUBLIST.fullmatch(method.verb_name)
    if verb is None:
        return ""
    get = method.document.by_id.get(f"{method.collection}.get{verb[2]}")
    item = get.response if get else method.request
    properties = method.document.properties(schema_of(method))
    fields = (
        name for name, kind in properties.items() if item == kind.get("items", {}).get("$ref")
    )
    return next(fields, "") if item else ""


def whole_field(method: Method) -> str:
    """Return the field that a verb such as setTags sets as a whole: the request is its schema."""
    name = _set_name(method)
    kind = method.document.properties(schema_of(method)).get(name, {})
    return name if method.request and kind.get("$ref") == method.request else ""


def switch(method: Method) -> str:
    """Return the field that a verb such as setPrivateIpGoogleAccess sets to true or false."""
    name = _set_name(method)
    kind = method.document.properties(method.request).get(name, {})
    return name if kind.get("type") == "boolean" else ""


def named_otherwise(method: Method) -> Mapping[str, str]:
    """Return the field that a verb sets from a field of another name in its request.

    setEdgeSecurityPolicy sets `edgeSecurityPolicy` from `securityPolicy`.
    """
    name, given = _set_name(method), method.document.properties(method.request)
    held = method.document.properties(schema_of(method)).get(name, {})
    if name in given or len(given) != 1:
        return {}
    return {only: name for only, kind in given.items() if kind.get("type") == held.get("type", "")}


def _set_name(method: Method) -> str:
    verb = re.fullmatch(r"(?:set|update)([A-Z])(\w*)", method.verb_name)
    return verb[1].lower() + verb[2] if verb else ""


def can_put(method: Method) -> bool:
    """Report whether a PUT creates what does not exist: where no POST does."""
    makers = (method.document.by_id.get(f"{method.collection}.{one}") for one in CREATE)
    return method.verb == "PUT" and not any(one and one.verb == "POST" for one in makers)


def read_only(method: Method) -> set[str]:
    """Return the fields of a collection's resources that requests cannot set."""
    properties = method.document.properties(schema_of(method))
    return {name for name, kind in properties.items() if kind.get("readOnly")}


class Shape:
    """The schema of a part of a body; one that is not known has no parts."""

    def __init__(self, document: Document | None, schema: Mapping[str, Any]) -> None:
        while document is not None and "$ref" in schema:
            schema = document.schemas[schema["$ref"]]
        self._document, self._schema = document, schema

    @classmethod
    def of_request(cls, method: Method) -> Shape:
        """Return the shape of a method's body."""
        return cls(method.document, {"$ref": method.request} if method.request else {})

    @property
    def is_known(self) -> bool:
        """Whether the discovery document has this schema."""
        return bool(self._schema)

    @property
    def is_list(self) -> bool:
        """Whether it is an array."""
        return self._schema.get("type") == "array"

    def at(self, path: str) -> Shape:
        """Return the shape of a field, by its dotted path; elements of arrays and maps are their
        own.
        """
        here = self
        for name in path.split("."):
            here = here._field(name)
        return here

    def _field(self, name: str) -> Shape:
        schema = self._schema
        inner = schema.get("items") or schema.get("additionalProperties")
        if isinstance(inner, Mapping):
            return Shape(self._document, inner)._field(name)
        return Shape(self._document, schema.get("properties", {}).get(name, {}))
