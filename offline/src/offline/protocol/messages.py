"""The protocol's messages, declared at run time from tfplugin5.proto: no compiler, no generated
code.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from offline.protocol.values import Path as AttributePath

PACKAGE = "offline.tfplugin5"

_FILE = Path(__file__).with_name("tfplugin5.proto")
_MESSAGE = re.compile(r"message ([\w.]+) \{")
_FIELD = re.compile(r"  (?:(repeated|map|oneof) )?([\w.]+) (\w+) = (\d+);")
_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
    "bool": _Field.TYPE_BOOL,
    "int64": _Field.TYPE_INT64,
}
_ERROR, _WARNING = 1, 2


@cache
def _classes() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(
        name="offline/tfplugin5.proto", package=PACKAGE, syntax="proto3"
    )
    message = None
    names = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if match := _MESSAGE.fullmatch(line):
            names.append(match[1])
            message = file.message_type.add(name=_flat(match[1]))
        elif message is not None and (match := _FIELD.fullmatch(line)):
            _declare(message, match[1] or "", match[2], match[3], int(match[4]))
        elif line and line != "}" and not line.startswith("//"):
            raise ValueError(f"{_FILE.name}: cannot read {line!r}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(
            pool.FindMessageTypeByName(f"{PACKAGE}.{_flat(name)}")
        )
        for name in names
    }


def message(name: str, /, **fields: Any) -> Any:
    """Return a new message, e.g. `message("PlanResourceChange.Response",
    legacy_type_system=True)`.
    """
    return _classes()[name](**fields)


def message_class(name: str) -> Any:
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
        result.attribute.CopyFrom(attribute_path(path))
    return result


def attribute_path(path: AttributePath) -> Any:
    """Return an AttributePath: a text step is an attribute's name, a number an index."""
    result = message("AttributePath")
    for step in path:
        if isinstance(step, int):
            result.steps.add(element_key_int=step)
        else:
            result.steps.add(attribute_name=step)
    return result


def _declare(
    message: descriptor_pb2.DescriptorProto, label: str, type_: str, name: str, number: int
) -> None:
    many = label in {"repeated", "map"}
    field = message.field.add(
        name=name, number=number, label=_Field.LABEL_REPEATED if many else _Field.LABEL_OPTIONAL
    )
    if label == "map":
        entry = message.nested_type.add(
            name="".join(part.capitalize() for part in name.split("_")) + "Entry"
        )
        entry.options.map_entry = True
        entry.field.add(name="key", number=1, label=_Field.LABEL_OPTIONAL, type=_Field.TYPE_STRING)
        _set_type(entry.field.add(name="value", number=2, label=_Field.LABEL_OPTIONAL), type_)
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{PACKAGE}.{message.name}.{entry.name}"
        return
    if label == "oneof":
        if not message.oneof_decl:
            message.oneof_decl.add(name="selector")
        field.oneof_index = 0
    _set_type(field, type_)


def _set_type(field: descriptor_pb2.FieldDescriptorProto, type_: str) -> None:
    if type_ in _SCALARS:
        field.type = _SCALARS[type_]
    else:
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{PACKAGE}.{_flat(type_)}"


def _flat(name: str) -> str:
    """Return a name without dots: names never travel, only field numbers do."""
    return name.replace(".", "_")
