"""What the provider's Read function leaves in the state of a resource.

Read sets every argument of a type, also with a value that the API did not send: the SDK stores the
zero value then. Arguments that it does not set keep what was planned. In blocks everything is set.
Source: terraform-plugin-sdk v2.37.0, helper/schema/field_writer_map.go (setPrimitive),
field_reader.go (readObjectField) and grpc_provider.go (normalizeNullValues); which arguments are
not read: formats.json, `unread`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from offline.engine.answers import Answers
from offline.engine.identity import format_of, places
from offline.engine.references import Reader, reader
from offline.protocol.contract import Settings, Value
from offline.protocol.values import UNKNOWN, conform, zero
from offline.schema.blocks import Attribute, Block, NestedBlock
from offline.services import behavior


def settled(type_: str, block: Block, planned: Value, value: Value, settings: Settings) -> Value:
    """Return a new or changed resource as the state has it after Read.

    Only a plan and an apply prefer the configuration's null; with an empty `planned`, what is
    absent is empty, as a refresh leaves it.
    """
    format_ = format_of(type_)
    known = places(value, settings)
    read = _Read(Answers(type_, known), reader(type_, known))
    result = read.block(block, planned, value, "")
    for name in (name for name in format_.unread if name != "id"):
        kept = planned.get(name) if planned else value.get(name)
        result[name] = None if kept is UNKNOWN else kept
    for name in format_.read_if_sent:
        result[name] = value.get(name) or None
    return result | behavior.on_read.attributes(type_, result)


@dataclass(frozen=True)
class _Read:
    """What Read gives: what the API answers, and the text that Read writes for a value."""

    answers: Answers
    text: Reader

    def block(self, block: Block, planned: Any, value: Value, at: str) -> Value:
        """Return the attributes and blocks at a path."""
        known = planned if isinstance(planned, dict) else {}
        result = dict(value)
        for name, attribute in block.attributes.items():
            before = known.get(name, UNKNOWN)
            if result.get(name) is None and not attribute.write_only:
                is_told = at + name in self.answers
                result[name] = (
                    self.answers.get(at + name, at) if is_told else _empty(attribute, before)
                )
            elif not (_is_set(attribute.type) and _is_known(before)):
                result[name] = self.text(at + name, result[name])
        for name, nested in block.blocks.items():
            blocks = result.get(name)
            if blocks == [] and at + name in self.answers:
                blocks = [conform(nested.block, item) for item in self.answers.get(at + name, at)]
            if nested.nesting in {"list", "set"} and isinstance(blocks, list):
                before = known.get(name, UNKNOWN)
                result[name] = self._blocks(nested, before, blocks, f"{at}{name}.")
        return result

    def _blocks(self, nested: NestedBlock, planned: Any, value: list[Any], at: str) -> list[Any]:
        if nested.nesting == "set" and _is_known(planned):
            return value  # a set that was known as a whole is stored as it was planned
        pairs = (
            nested.nesting == "list" and isinstance(planned, list) and len(planned) == len(value)
        )
        return [
            self.block(nested.block, planned[i] if pairs else None, item, at)
            for i, item in enumerate(value)
        ]


def _empty(attribute: Attribute, planned: Any) -> Any:
    if isinstance(attribute.type, list) and planned is None:
        return None  # null and empty are the same to the SDK: the plan's form stays
    return zero(attribute.type)


def _is_set(type_: Any) -> bool:
    return isinstance(type_, list) and type_[0] == "set"


def _is_known(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_known, value.values()))
    if isinstance(value, list):
        return all(map(_is_known, value))
    return value is not UNKNOWN
