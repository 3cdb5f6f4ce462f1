"""Objects of an API as the attributes of a type."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from offline.protocol.values import UNKNOWN, zero
from offline.schema.blocks import Block
from offline.translation.model import Translation, camel_case

Value = dict[str, Any]
_OWN = {"labels": "effective_labels", "annotations": "effective_annotations"}
"""Maps that show only the keys of the configuration, and the attribute that has all keys."""
_ALL = {"terraform_labels", *_OWN}


def attributes(translation: Translation, block: Block, held: Mapping[str, Any]) -> Value:
    """Return the attributes that an object has; those in its path are left out."""
    reader = _Reader(translation)
    return {
        name: reader.read(block, name, item, name)
        for name in _names(translation, block)
        if (item := _at(held, translation.api_path(name))) is not None
    }


def changed(
    translation: Translation,
    block: Block,
    value: Mapping[str, Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Value:
    """Return attributes with what differs between two states of the object, and nothing else."""
    result, reader = dict(value), _Reader(translation)
    for name in _names(translation, block):
        target = translation.api_path(name)
        old, new = _at(before, target), _at(after, target)
        if old != new:
            result[name] = reader.change(block, name, value.get(name), old, new, name)
    for own, every in _OWN.items():
        if every in block.attributes and (now := result.get(every)) != value.get(every):
            for shown in (own, "terraform_labels") if own == "labels" else (own,):
                kept = value.get(shown) or {}
                result[shown] = {key: now[key] for key in kept if now and key in now}
    return result


def resolved(planned: Any, known: Any) -> Any:
    """Return a value in which what is UNKNOWN comes from another one, where that has it."""
    if planned is UNKNOWN:
        return UNKNOWN if known is None or known == [] else copy.deepcopy(known)
    if isinstance(planned, Mapping) and isinstance(known, Mapping):
        return {name: resolved(item, known.get(name)) for name, item in planned.items()}
    if isinstance(planned, list) and isinstance(known, list) and len(planned) == len(known):
        return [resolved(*pair) for pair in zip(planned, known, strict=True)]
    return planned


def _names(translation: Translation, block: Block) -> Iterable[str]:
    names = translation.named
    own = _ALL if "effective_labels" in block.attributes else set()
    own |= {"annotations"} if "effective_annotations" in block.attributes else set()
    return [
        name
        for name in (*block.attributes, *block.blocks)
        if name not in names and name not in own and name != "id"
    ]


def _at(held: Mapping[str, Any], target: str) -> Any:
    value: Any = held
    for part in target.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


class _Reader:
    def __init__(self, translation: Translation) -> None:
        self._translation = translation

    def read(self, block: Block, name: str, held: Any, at: str) -> Any:
        """Return an attribute or a block of an object."""
        if name in block.attributes:
            field = self._translation.field(at)
            kind = field.read or field.kind
            value = UNREAD[kind](held) if kind in UNREAD else held
            return _typed(block.attributes[name].type, value)
        nested = block.blocks[name].block
        return [self._block(nested, item, at) for item in self._items(held, at)]

    def change(self, block: Block, name: str, value: Any, old: Any, new: Any, at: str) -> Any:
        """Return an attribute or a block with what differs between two states."""
        if name in block.attributes:
            return None if new is None else self.read(block, name, new, at)
        if new is None:
            return []
        before, after = self._items(old, at), self._items(new, at)
        if not isinstance(value, list) or not len(value) == len(before) == len(after):
            return self.read(block, name, new, at)
        return [
            self._changed(block.blocks[name].block, *items, at)
            for items in zip(value, before, after, strict=True)
        ]

    def _changed(
        self, block: Block, value: Value, old: Mapping[str, Any], new: Mapping[str, Any], at: str
    ) -> Value:
        result = dict(value)
        for name in (*block.attributes, *block.blocks):
            target = self._translation.api_path(f"{at}.{name}")
            was, now = _at(old, target), _at(new, target)
            if was != now:
                inner = f"{at}.{name}"
                result[name] = self.change(block, name, value.get(name), was, now, inner)
        return result

    def _items(self, held: Any, at: str) -> list[Any]:
        if held is None:
            return []
        field = self._translation.field(at)
        if field.key and isinstance(held, Mapping):
            return [{camel_case(field.key): name, **item} for name, item in held.items()]
        items = held if isinstance(held, list) else [held]
        # Generated resources read an object without fields as no block, unless it may be empty.
        return items if field.send_empty else [item for item in items if item != {}]

    def _block(self, block: Block, held: Any, at: str) -> Value:
        result: Value = dict.fromkeys(block.attributes)
        result |= {name: [] for name in block.blocks}
        for name in result:
            item = _at(held, self._translation.api_path(f"{at}.{name}"))
            if item is not None:
                result[name] = self.read(block, name, item, f"{at}.{name}")
        return result


def _typed(type_: Any, held: Any) -> Any:
    """Return a value of the API in the type that the provider's schema has."""
    if isinstance(type_, list):
        kind, inner = type_
        if kind == "map":
            return {key: _typed(inner, item) for key, item in dict(held).items()}
        if kind == "object":
            return {name: _field(inner[name], held, name) for name in inner}
        return [_typed(inner, item) for item in (held if isinstance(held, list) else [held])]
    if type_ == "number" and isinstance(held, str):
        return float(held) if "." in held else int(held)
    if type_ == "string" and isinstance(held, bool | int | float):
        return str(held).lower()
    return held


def _field(type_: Any, held: Any, name: str) -> Any:
    item = held.get(camel_case(name)) if isinstance(held, Mapping) else None
    return zero(type_) if item is None else _typed(type_, item)


def _address(*kinds: str) -> Callable[[Any], str]:
    """Return the first address of a Cloud SQL instance that is of one of the kinds."""

    def choose(held: Any) -> str:
        return next((one["ipAddress"] for one in held if one.get("type") in kinds), "")

    return choose


UNREAD: Mapping[str, Callable[[Any], Any]] = {
    "account": lambda held: str(held).partition("@")[0],
    "content": lambda held: base64.b64decode(held).decode("utf-8", "replace"),
    "days": lambda held: int(str(held).removesuffix("s")) // 86400,
    "private_address": _address("PRIVATE"),
    "public_address": _address("PRIMARY"),
    "seconds": lambda held: int(str(held).removesuffix("s")),
    "enabled": lambda held: held == "ENABLED",
    "first_address": _address("PRIMARY", "PRIVATE", "OUTGOING"),
    "flag": lambda held: held is not None,
    "gs": lambda held: f"gs://{held}",
    "live": lambda held: "LIVE" if held else "ARCHIVED",
    "last": lambda held: str(held).rpartition("/")[2],
    "parent": lambda held: str(held).rsplit("/", 2)[0],
    "lists": lambda held: {name: items[0] for name, items in held.items() if items},
}
"""What the provider reads of fields that it converts, by `Field.kind`."""
