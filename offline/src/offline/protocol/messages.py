"""The protocol's messages, declared at run time from tfplugin5.proto, and their form on the wire.

Source of the form: https://protobuf.dev/programming-guides/encoding/. The package protobuf does the
same, and takes longer to load than a plan of four resources takes without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self

from offline.protocol.values import Path as AttributePath

_FILE = Path(__file__).with_name("tfplugin5.proto")
_MESSAGE = re.compile(r"message ([\w.]+) \{")
_FIELD = re.compile(r"  (?:(repeated|map|oneof) )?([\w.]+) (\w+) = (\d+);")
_ZERO: dict[str, Any] = {"string": "", "bytes": b"", "bool": False, "int64": 0}
_VARINT, _LENGTH = 0, 2
_FIXED_BYTES = {1: 8, 5: 4}
_SIGN, _UINT64 = 1 << 63, (1 << 64) - 1
_SINGLE = [bytes([number]) for number in range(128)]
_ERROR, _WARNING = 1, 2


class Message:
    """A message: its fields are attributes, and those that nobody set have the value of the class.

    A field that holds a message is assigned as a whole. Repeated fields are lists, maps are dicts.
    """

    fields: ClassVar[tuple[_Field, ...]] = ()
    numbers: ClassVar[dict[int, _Field]] = {}

    def __init__(self, **values: Any) -> None:
        for field in self.fields:
            if field.label in {"repeated", "map"}:
                vars(self)[field.name] = [] if field.label == "repeated" else {}
        vars(self).update(values)

    def encode(self) -> bytes:
        """Return the form on the wire, fields by number and maps by key."""
        values = vars(self)
        return b"".join(
            field.tag + part
            for field in self.fields
            if field.name in values
            for part in field.parts(values[field.name])
        )

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Return a message from its form on the wire; fields without a declaration are dropped.

        Raises:
            LookupError, ValueError: it is the form of no message.
        """
        result = cls()
        values, at = vars(result), 0
        while at < len(data):
            raw: int | bytes
            key, at = _read_varint(data, at)
            if (form := key & 7) == _VARINT:
                raw, at = _read_varint(data, at)
            else:
                size, at = (_FIXED_BYTES[form], at) if form != _LENGTH else _read_varint(data, at)
                raw, at = data[at : at + size], at + size
                if at > len(data):
                    raise ValueError(f"it ends {at - len(data)} bytes before its end")
            field = cls.numbers.get(key >> 3)
            if field is None or field.form != form:
                continue
            value = field.read(raw)
            if field.label == "repeated":
                values[field.name].append(value)
            elif field.label == "map":
                values[field.name][value.key] = value.value
            else:
                values[field.name] = value
        return result


class _Field:
    """A field; `label` is empty, repeated, map (from text), or oneof (zero counts as set)."""

    def __init__(self, label: str, kind: str, name: str, number: int) -> None:
        self.label, self.kind, self.name, self.number = label, kind, name, number
        self.type: type[Message] | None = None
        """The class of the message that it holds, of an entry for a map."""
        self.form = _VARINT if kind in {"bool", "int64"} and label != "map" else _LENGTH
        self.tag = _varint(number << 3 | self.form)

    def parts(self, value: Any) -> Iterator[bytes]:
        """Yield each element without its tag; nothing for a zero."""
        if self.label == "map":
            for key in sorted(value):
                yield self._write(self.type(key=key, value=value[key]))  # type: ignore[misc]
        elif self.label == "repeated":
            yield from map(self._write, value)
        elif value or self.label == "oneof" or self.type is not None:
            yield self._write(value)

    def read(self, raw: Any) -> Any:
        """Return an element from its form on the wire."""
        if self.type is not None:
            return self.type.decode(raw)
        if self.kind == "int64" and raw & _SIGN:
            return raw - _UINT64 - 1
        return raw.decode() if self.kind == "string" else type(_ZERO[self.kind])(raw)

    def _write(self, element: Any) -> bytes:
        if isinstance(element, int):
            return _varint(element & _UINT64)
        data = element if isinstance(element, bytes) else element.encode()
        return _varint(len(data)) + data


@cache
def _classes() -> dict[str, type[Message]]:
    fields: dict[str, list[_Field]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if match := _MESSAGE.fullmatch(line):
            message = fields[match[1]] = list[_Field]()
        elif match := _FIELD.fullmatch(line):
            message.append(_Field(match[1] or "", match[2], match[3], int(match[4])))
        elif line and line != "}" and not line.startswith("//"):
            raise ValueError(f"{_FILE.name}: cannot read {line!r}")
    classes = {name: _class(name, members) for name, members in fields.items()}
    for message in fields.values():
        for field in message:
            field.type = classes.get(field.kind)
            if field.label == "map":
                entry = [_Field("", "string", "key", 1), _Field("", field.kind, "value", 2)]
                entry[1].type, field.type = field.type, _class("Entry", entry)
    for class_ in classes.values():
        for field in class_.fields:
            if not field.label or field.label == "oneof":
                unset = _ZERO[field.kind] if field.type is None else field.type()
                setattr(class_, field.name, unset)
    return classes


def _class(name: str, fields: list[_Field]) -> type[Message]:
    members = {
        "fields": tuple(sorted(fields, key=lambda field: field.number)),
        "numbers": {field.number: field for field in fields},
    }
    return type(name, (Message,), members)


def message(name: str, /, **fields: Any) -> Any:
    """Return a new message, e.g. `message("PlanResourceChange.Response",
    legacy_type_system=True)`.
    """
    return _classes()[name](**fields)


def message_class(name: str) -> type[Message]:
    """Return the class of a message."""
    return _classes()[name]


def diagnostic(
    summary: str, detail: str = "", path: AttributePath = (), *, warning: bool = False
) -> Any:
    """Return a Diagnostic: an error unless it is a warning, at a path of names, keys and
    indexes.
    """
    result = message(
        "Diagnostic", severity=_WARNING if warning else _ERROR, summary=summary, detail=detail
    )
    if path:
        result.attribute = attribute_path(path)
    return result


def attribute_path(path: AttributePath) -> Any:
    """Return an AttributePath: a string step is an attribute's name, a number an index."""
    steps = [
        message("AttributePath.Step", element_key_int=step)
        if isinstance(step, int)
        else message("AttributePath.Step", attribute_name=step)
        for step in path
    ]
    return message("AttributePath", steps=steps)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number and where it ends."""
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at


def _varint(number: int) -> bytes:
    if number <= 127:
        return _SINGLE[number]
    result = bytearray()
    while number > 127:
        result.append(number & 127 | 128)
        number >>= 7
    result.append(number)
    return bytes(result)
