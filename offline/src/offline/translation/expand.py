"""Terraform's values as the provider sends them: the body of a request, and its address.

A field whose value is empty is left out (`tpgresource.IsEmptyValue` of the provider), unless its
translation says otherwise. A block of one element is an object where the document of the API has
one.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from offline.protocol.values import UNKNOWN, zero
from offline.schema.blocks import Block
from offline.serve.shapes import Shape
from offline.translation.model import Call, Field, Translation

Value = Mapping[str, Any]
Scope = Mapping[str, Any]
"""The resource's attributes, and project, region and zone of the provider."""
_PLACE = re.compile(r"\{(\w+)(?:=[^}]*)?\}")
_SCOPES = ("project", "region", "zone")
_COMPUTE = "https://www.googleapis.com/compute/v1/"
_PLACES = {"global": "global", "regional": "regions/{region}", "zonal": "zones/{zone}"}


def scope(value: Value, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the templates of a resource's requests can name."""
    known = {name: item for name, item in value.items() if item is not UNKNOWN and item is not None}
    return {name: settings[name] for name in _SCOPES if settings.get(name)} | known


def path(call: Call, known: Scope) -> str:
    """Return the path of a request."""
    return filled(call.path, known)


def query(call: Call, known: Scope) -> dict[str, str]:
    """Return the query of a request."""
    return {name: filled(template, known) for name, template in call.query.items()}


def filled(template: str, known: Scope) -> str:
    """Return a template with the attributes that it names (`tpgresource.ReplaceVars`)."""

    def put(place: re.Match[str]) -> str:
        held = known.get(place[1], "")
        if isinstance(held, bool):
            return str(held).lower()
        text = str(held)
        return text.rpartition("/")[2] if place[1] in {"region", "zone"} else text

    return _PLACE.sub(put, template)


def body(
    translation: Translation,
    block: Block,
    value: Value,
    known: Scope,
    shape: Shape,
    names: Iterable[str],
    *,
    is_update: bool = False,
) -> dict[str, Any]:
    """Return a request's body with some of the arguments; `shape` is that of the body.

    `settings.tier` is one argument of a block, sent without the others. An update sends sets also
    if they are empty: a `schema.Set` is no zero value to `tpgresource.IsEmptyValue`.
    """
    result: dict[str, Any] = {}
    names = tuple(names)
    expander = _Expander(translation, known, frozenset(name for name in names if "." in name))
    for name in dict.fromkeys(name.partition(".")[0] for name in names):
        field = translation.field(name)
        held = value.get(name)
        if held is None and field.send_empty and is_map(block, name):
            held = {}  # the provider compares two types of maps, which differ
        if held is UNKNOWN or (held is None and field.send_empty):
            continue
        target = translation.api_path(name)
        sent = expander.expand(block, name, held, shape.at(target), name)
        if is_update and not sent and is_set(block, name):
            put(result, target, {} if field.key else [])  # a set with a key is a map in the API
        elif sent is not None and (field.send_empty or not is_empty(sent)):
            put(result, target, sent)
    return result


def put(into: dict[str, Any], target: str, value: Any) -> None:
    """Set a field inside of objects, which are made where there are none."""
    *parents, last = target.split(".")
    for parent in parents:
        into = into.setdefault(parent, {})
    into[last] = value


def is_empty(value: Any) -> bool:
    """Report whether the provider leaves out a value (`tpgresource.IsEmptyValue`)."""
    return value is None or (not value and not isinstance(value, bytes))


def is_map(block: Block, name: str) -> bool:
    """Report whether an attribute is a map."""
    attribute = block.attributes.get(name)
    return attribute is not None and isinstance(attribute.type, list) and attribute.type[0] == "map"


def is_set(block: Block, name: str) -> bool:
    """Report whether an attribute or a block is a set."""
    if name in block.blocks:
        return block.blocks[name].nesting == "set"
    type_ = block.attributes[name].type
    return isinstance(type_, list) and type_[0] == "set"


class _Expander:
    def __init__(self, translation: Translation, known: Scope, parts: frozenset[str]) -> None:
        """`parts` are the only ones of their blocks that are sent."""
        self._translation, self._known, self._parts = translation, known, parts
        self._blocks = {part.rpartition(".")[0] for part in parts}

    def expand(self, block: Block, name: str, held: Any, shape: Shape, at: str) -> Any:
        """Return what the API is sent for an attribute or a block; None for nothing."""
        if name not in block.blocks:
            return self._attribute(held, self._translation.field(at), shape)
        nested = block.blocks[name].block
        items = held if isinstance(held, list) else [] if held is None else [held]
        known = [item for item in items if item is not UNKNOWN]
        field = self._translation.field(at)
        if field.key:
            return {str(item[field.key]): self._object(nested, item, shape, at) for item in known}
        if shape.is_list or not shape.is_known:
            return [self._object(nested, item, shape, at) for item in known]
        return self._object(nested, known[0], shape, at) if known else None

    def _object(self, block: Block, held: Value, shape: Shape, at: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        key = self._translation.field(at).key
        for name in (*block.attributes, *block.blocks):
            inner, item = f"{at}.{name}", held.get(name)
            field = self._translation.field(inner)
            attribute = block.attributes.get(name)
            if item is UNKNOWN and field.send_empty and attribute is not None:
                item = None  # d.Get of the provider gives the zero value of what is not known
            if item is UNKNOWN or field.kind == "unsent" or name == key:
                continue
            if at in self._blocks and inner not in self._parts:
                continue
            if attribute is not None and not attribute.settable and not field.api:
                continue
            target = self._translation.api_path(inner)
            sent = self.expand(block, name, item, shape.at(target), inner)
            if field.send_empty and sent is None and attribute is not None and not field.kind:
                sent = zero(attribute.type)
            if sent is not None and (field.send_empty or not is_empty(sent)):
                put(result, target, sent)
        return result

    def _attribute(self, held: Any, field: Field, shape: Shape) -> Any:
        if held is None:
            return None
        if isinstance(held, list):
            return [self._attribute(item, field, shape) for item in held if item is not UNKNOWN]
        if field.kind:
            return KINDS.get(field.kind, lambda same: same)(held)
        if field.form and isinstance(held, str):
            return held if "/" in held else filled(field.form, self._known)
        if field.link and isinstance(held, str) and held:
            return self._link(held, field.link)
        return held

    def _link(self, held: str, collection: str) -> str:
        """Return the path of a resource (`tpgresource.ParseGlobalFieldValue` and its relatives)."""
        place, _, kind = collection.partition("/")
        if found := re.search(rf"projects/[^/]+/(?:[^/]+/)+{kind}/[^/]+$", held):
            return found[0]
        name = held.rpartition("/")[2]
        given = re.search(r"projects/([^/]+)/", held)
        project = given[1] if given else self._known.get("project", "")
        return f"projects/{project}/{filled(_PLACES[place], self._known)}/{kind}/{name}"


KINDS: Mapping[str, Callable[[Any], Any]] = {
    "base64": lambda held: base64.b64encode(str(held).encode()).decode(),
    "json": json.loads,
    "last": lambda held: str(held).rpartition("/")[2],
    "days": lambda held: f"{held * 86400}s" if held else "",
    "seconds": lambda held: f"{held}s" if held else "",
    "flag": lambda held: {} if held else None,
    "text": str,
    "live": {"LIVE": True, "ARCHIVED": False}.get,
    "url": lambda held: f"{_COMPUTE}{held}" if held.startswith("projects/") else held,
    "lists": lambda held: {name: [item] for name, item in held.items()},
    "quoted": lambda held: quote(str(held), safe=""),
}
"""Conversions of the provider that more than one type has."""
