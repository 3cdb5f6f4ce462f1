"""Terraform's values as Python objects, and their form on the wire.

A block is a dict, list and set are lists (a set in a stable order), numbers are int or float,
absent is None. Two values are special: `UNKNOWN` (known after apply; refinements are dropped) and
`Dynamic` (a value that brings its own type). Source of the form:
docs/plugin-protocol/object-wire-format.md in hashicorp/terraform.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgpack

from offline.schema.blocks import Block, NestedBlock

Path = tuple[str | int, ...]

_UNKNOWN_CODES = (0, 12)  # unrefined, refined
_EXACT = 1 << 63  # beyond it a number travels as text


class Unknown:
    """The type of UNKNOWN; there is one object of it."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __copy__(self) -> Unknown:
        return self

    def __deepcopy__(self, _memo: object) -> Unknown:
        return self

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Dynamic:
    """A value of any type, with its type in cty's JSON notation."""

    type: Any
    value: Any


def decode(block: Block, message: Any) -> dict[str, Any] | None:
    """Return the value in a DynamicValue message; None when it is null or empty."""
    if message.msgpack:
        raw = msgpack.unpackb(message.msgpack, ext_hook=_extension, strict_map_key=False)
    elif message.json:
        raw = json.loads(message.json)
    else:
        return None
    if raw is None or raw is UNKNOWN:
        return None
    return _read_block(block, raw)


def encode(block: Block, value: Mapping[str, Any] | None) -> bytes:
    """Return a block's value as msgpack; what is missing is null, or an empty block list.

    Blocks that are None are null: the SDK's form of computed blocks that Read does not set.
    """
    raw = None if value is None else _write_block(block, value)
    return bytes(msgpack.packb(raw, default=_pack))


def decode_value(type_: Any, message: Any) -> Any:
    """Return the value of a type in a DynamicValue message, e.g. an argument of a function."""
    raw = msgpack.unpackb(message.msgpack, ext_hook=_extension, strict_map_key=False)
    return _read(type_, raw)


def encode_value(type_: Any, value: Any) -> bytes:
    """Return a value of a type as msgpack."""
    return bytes(msgpack.packb(_write(type_, value), default=_pack))


def conform(block: Block, raw: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return any mapping as this block's value: what is missing is absent, what is unknown to the
    block is dropped.
    """
    given = raw or {}
    value: dict[str, Any] = {name: given.get(name) for name in block.attributes}
    for name, nested in block.blocks.items():
        value_ = given.get(name)
        if value_ is UNKNOWN:
            value[name] = UNKNOWN
        elif nested.nesting == "single":
            value[name] = None if value_ is None else conform(nested.block, value_)
        else:
            value[name] = [conform(nested.block, item) for item in value_ or []]
    return value


def zero(type_: Any) -> Any:
    """Return the zero value of a type in cty's JSON notation, which the SDK takes for "not set"."""
    if isinstance(type_, list):
        return {} if type_[0] in {"map", "object"} else []
    return {"string": "", "number": 0, "bool": False}.get(type_)


def stable(value: Any) -> str:
    """Return a string that is equal for equal values: the order of a set's elements."""
    return json.dumps(value, sort_keys=True, default=repr)


def _read_block(block: Block, raw: Mapping[str, Any]) -> dict[str, Any]:
    value = {name: _read(a.type, raw.get(name)) for name, a in block.attributes.items()}
    for name, nested in block.blocks.items():
        value[name] = _each(nested, raw.get(name), _read_block)
    return value


def _write_block(block: Block, value: Mapping[str, Any]) -> dict[str, Any]:
    raw = {name: _write(a.type, value.get(name)) for name, a in block.attributes.items()}
    for name, nested in block.blocks.items():
        held = value.get(name, [])
        raw[name] = None if held is None else _each(nested, held, _write_block)
    return raw


def _each(nested: NestedBlock, value: Any, convert: Any) -> Any:
    if value is UNKNOWN:
        return value
    if nested.nesting == "single":
        return None if value is None else convert(nested.block, value)
    if nested.nesting == "map":
        return {key: convert(nested.block, item) for key, item in (value or {}).items()}
    items = [convert(nested.block, entry) for entry in value or []]
    return _in_order(items) if nested.nesting == "set" else items


def _read(type_: Any, raw: Any) -> Any:
    """Read a value of an attribute's type. Only the type separates a long number from a string."""
    if raw is None or raw is UNKNOWN:
        return raw
    if type_ == "number":
        return _number(raw) if isinstance(raw, str) else raw
    if type_ == "dynamic":
        if isinstance(raw, list):
            inner = json.loads(raw[0])
            return Dynamic(inner, _read(inner, raw[1]))
        return Dynamic(raw["type"], _read(raw["type"], raw["value"]))
    return _inside(type_, raw, _read)


def _write(type_: Any, value: Any) -> Any:
    if value is None or value is UNKNOWN:
        return value
    if type_ == "number" and isinstance(value, int) and not -_EXACT <= value < _EXACT:
        return str(value)
    if type_ == "dynamic":
        return [json.dumps(value.type).encode(), _write(value.type, value.value)]
    return _inside(type_, value, _write)


def _inside(type_: Any, value: Any, convert: Any) -> Any:
    """Convert the elements of a collection; a primitive stays as it is."""
    if isinstance(type_, str):
        return value
    kind, inner = type_[0], type_[1]
    if kind == "object":
        return {name: convert(entry, value.get(name)) for name, entry in inner.items()}
    if kind == "tuple":
        return [convert(element, item) for element, item in zip(inner, value, strict=True)]
    if kind == "map":
        return {key: convert(inner, one) for key, one in value.items()}
    items = [convert(inner, one) for one in value]
    return _in_order(items) if kind == "set" else items


def _in_order(items: list[Any]) -> list[Any]:
    return sorted(items, key=stable)


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _extension(code: int, data: bytes) -> Any:
    return UNKNOWN if code in _UNKNOWN_CODES else msgpack.ExtType(code, data)


def _pack(value: Any) -> msgpack.ExtType:
    if value is UNKNOWN:
        return msgpack.ExtType(0, b"\0")
    raise TypeError(f"{value!r} has no form on the wire")
