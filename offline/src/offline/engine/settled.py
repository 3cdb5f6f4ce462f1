"""What the provider's Read function leaves in the state of a resource.

Read sets every argument of a type, also with a value that the API did not send: the SDK stores the
zero value then. Arguments that it does not set keep what was planned. In blocks everything is set.
Source: terraform-plugin-sdk v2.37.0, helper/schema/field_writer_map.go (setPrimitive),
field_reader.go (readObjectField) and grpc_provider.go (normalizeNullValues); which arguments are
not read: formats.json, `unread`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from offline.protocol.contract import Value
from offline.protocol.values import UNKNOWN, zero
from offline.schema.blocks import Attribute, Block, NestedBlock


def settled(
    block: Block, planned: Value, value: Value, unread: Collection[str], answers: Mapping[str, Any]
) -> Value:
    """Return a new or changed resource as the state has it after Read.

    `unread` are arguments that Read does not set, `answers` what the API answers by dotted path.
    """
    result = _settled(block, planned, value, answers, "")
    for name in unread:
        if value.get(name) is None or planned.get(name) is UNKNOWN:
            result[name] = None if name != "id" else value.get(name)
    return result


def _settled(
    block: Block, planned: Any, value: Value, answers: Mapping[str, Any], at: str
) -> Value:
    known = planned if isinstance(planned, dict) else {}
    result = dict(value)
    for name, attribute in block.attributes.items():
        if result.get(name) is None and not attribute.write_only:
            result[name] = answers.get(at + name, _empty(attribute, known.get(name, UNKNOWN)))
    for name, nested in block.blocks.items():
        blocks = result.get(name)
        if nested.nesting in {"list", "set"} and isinstance(blocks, list):
            before = known.get(name, UNKNOWN)
            result[name] = _blocks(nested, before, blocks, answers, f"{at}{name}.")
    return result


def _empty(attribute: Attribute, planned: Any) -> Any:
    if isinstance(attribute.type, list) and planned is None:
        return None  # null and empty are the same to the SDK: the plan's form stays
    return zero(attribute.type)


def _blocks(
    nested: NestedBlock, planned: Any, value: list[Any], answers: Mapping[str, Any], at: str
) -> list[Any]:
    if nested.nesting == "set" and _is_known(planned):
        return value  # a set that was known as a whole is stored as it was planned
    pairs = nested.nesting == "list" and isinstance(planned, list) and len(planned) == len(value)
    return [
        _settled(nested.block, planned[i] if pairs else None, item, answers, at)
        for i, item in enumerate(value)
    ]


def _is_known(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_known, value.values()))
    if isinstance(value, list):
        return all(map(_is_known, value))
    return value is not UNKNOWN
