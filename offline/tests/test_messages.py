"""The form of messages on the wire, compared with the package protobuf."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from offline.protocol import messages
from offline.protocol.messages import Message, message, message_class

FILE = Path(messages.__file__).with_name("tfplugin5.proto")
TEXT = FILE.read_text("utf-8")
NAMES = re.findall(r"^message ([\w.]+) \{", TEXT, re.MULTILINE)
FIELD = re.compile(r"^  (?:(repeated|map|oneof) )?([\w.]+) (\w+) = (\d+);", re.MULTILINE)
KINDS = descriptor_pb2.FieldDescriptorProto
SAMPLES: dict[str, tuple[Any, Any]] = {
    "string": ("ü" * 100, "a"),
    "bytes": (bytes(range(256)), b"\0"),
    "bool": (True, True),
    "int64": (-3, 2**62),
}


def declare(
    message: descriptor_pb2.DescriptorProto, label: str, kind: str, name: str, number: int
) -> None:
    field = message.field.add(name=name, number=number)
    field.label = field.LABEL_REPEATED if label in {"repeated", "map"} else field.LABEL_OPTIONAL
    if label == "map":
        entry = message.nested_type.add(name=f"{name.title().replace('_', '')}Entry")
        entry.options.map_entry = True
        declare(entry, "", "string", "key", 1)
        declare(entry, "", kind, "value", 2)
        kind = f"{message.name}.{entry.name}"
    elif label == "oneof":
        if not message.oneof_decl:
            message.oneof_decl.add(name="selector")
        field.oneof_index = 0
    if kind in SAMPLES:
        field.type = getattr(KINDS, f"TYPE_{kind.upper()}")
    else:
        flat = kind if label == "map" else kind.replace(".", "_")
        field.type, field.type_name = KINDS.TYPE_MESSAGE, f".tfplugin5.{flat}"


@cache
def pool() -> descriptor_pool.DescriptorPool:
    file = descriptor_pb2.FileDescriptorProto(name="t.proto", package="tfplugin5", syntax="proto3")
    for part in re.split(r"^message ", TEXT, flags=re.MULTILINE)[1:]:
        declared = file.message_type.add(name=part.partition(" ")[0].replace(".", "_"))
        for label, kind, name, number in FIELD.findall(part):
            declare(declared, label, kind, name, int(number))
    result = descriptor_pool.DescriptorPool()
    result.Add(file)
    return result


def peer(name: str) -> Any:
    found = pool().FindMessageTypeByName(f"tfplugin5.{name.replace('.', '_')}")
    return message_factory.GetMessageClass(found)


def filled(name: str, sample: int, depth: int = 3) -> Message:
    """Return a message with a value in every field but the later alternatives of a choice."""
    values: dict[str, Any] = {}
    for field in message_class(name).fields:
        is_scalar = field.kind in SAMPLES
        if (not is_scalar and depth == 0) or (field.label == "oneof" and values):
            continue

        def element(field: Any = field, is_scalar: bool = is_scalar) -> Any:
            return (
                SAMPLES[field.kind][sample] if is_scalar else filled(field.kind, sample, depth - 1)
            )

        match field.label:
            case "repeated":
                values[field.name] = [element(), element()]
            case "map":
                values[field.name] = {"b": element(), "a": element()}
            case _:
                values[field.name] = element()
    return message_class(name)(**values)


def plain(value: Any) -> Any:
    match value:
        case Message():
            return {name: plain(item) for name, item in vars(value).items()}
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case list():
            return [plain(item) for item in value]
        case _:
            return value


@pytest.mark.parametrize("sample", [0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_message_is_encoded_and_decoded_as_by_protobuf(name: str, sample: int) -> None:
    value = filled(name, sample)
    expected = peer(name).FromString(value.encode())
    assert value.encode() == expected.SerializeToString(deterministic=True)
    again = message_class(name).decode(expected.SerializeToString())
    assert plain(again) == plain(value)


@pytest.mark.parametrize("name", NAMES)
def test_empty_message_is_encoded_as_nothing(name: str) -> None:
    assert message(name).encode() == peer(name)().SerializeToString() == b""


def test_zero_is_encoded_in_a_choice_alone() -> None:
    for name, fields in (
        ("AttributePath.Step", {"element_key_int": 0}),
        ("Diagnostic", {"severity": 0, "summary": ""}),
        ("Schema", {"block": message("Schema.Block")}),
    ):
        expected = peer(name)()
        for field, value in fields.items():
            if isinstance(value, Message):
                getattr(expected, field).SetInParent()
            else:
                setattr(expected, field, value)
        assert message(name, **fields).encode() == expected.SerializeToString(), name


def test_unset_field_reads_as_empty() -> None:
    request = message("PlanResourceChange.Request")
    assert request.prior_state.msgpack == b""
    assert (request.type_name, vars(request)) == ("", {})


def test_unknown_fields_are_dropped() -> None:
    """A newer Terraform sends fields that are not declared, of any form."""
    known = message("TypeName", type_name="a").encode()
    unknown = (
        b"\x98\x06\x96\x01" + b"\xa1\x06" + b"12345678" + b"\xad\x06" + b"1234" + b"\xb2\x06\x02ab"
    )
    assert plain(message_class("TypeName").decode(unknown + known)) == {"type_name": "a"}


def test_field_of_another_form_is_dropped() -> None:
    assert message_class("ReadResource.Request").decode(b"\x08\x01").encode() == b""


def test_message_that_ends_early_is_an_error() -> None:
    with pytest.raises(ValueError, match="2 bytes before its end"):
        message_class("ReadResource.Request").decode(b"\x0a\x05one")
