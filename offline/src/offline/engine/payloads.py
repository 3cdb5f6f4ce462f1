"""What the provider sends to an API: more than the state holds, or less than the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline.engine.answers import Answers
from offline.engine.identity import format_of
from offline.protocol.contract import Value
from offline.protocol.values import UNKNOWN, conform, zero
from offline.provider_facts import facts
from offline.provider_facts.ids import parse
from offline.schema.blocks import Block
from offline.translation.flatten import resolved


def sent(type_: str, planned: Value, config: Value) -> Value:
    """Return what the API is sent: with the write-only values, which no plan and no cloud holds."""
    names = (name for name, fact in facts(type_).attributes.items() if fact.write_only)
    return planned | {name: config[name] for name in names if config.get(name) is not None}


def split(type_: str, value: Value) -> Value:
    """Return a value in which a whole path has become the arguments that it consists of.

    Those that the configuration sets stay. Source: `ExtractFieldByPattern` of the provider
    (google/tpgresource/field_helpers.go).
    """
    result = dict(value)
    for name, form in format_of(type_).paths.items():
        found = parse(form, value[name]) if isinstance(value.get(name), str) else None
        for part, text in (found or {}).items():
            if part == name or result.get(part) is UNKNOWN:
                result[part] = text
    return result


def without_unsent(type_: str, planned: Value) -> Value:
    """Return a value without the blocks that the provider does not send, as the API then answers.

    The next plan adds such a block again, so that a configuration with it never converges.
    """
    known = facts(type_)
    return {
        name: [] if known.of(name).unsent_if_empty and _is_empty(item) else item
        for name, item in planned.items()
    }


def answered(block: Block, known: Value, asked: Value, attributes: Mapping[str, Any]) -> Value:
    """Return a value with what the API answers: where nothing was asked, and where nothing can be.

    `known` are the values without that answer, `asked` those of the request.
    """
    result = dict(known)
    for name, value in attributes.items():
        attribute = block.attributes.get(name)
        if attribute is not None and not attribute.settable:
            result[name] = value
        elif name in asked:
            merged = resolved(asked[name], value)
            result[name] = (
                known.get(name) if asked[name] is not UNKNOWN and merged == asked[name] else merged
            )
    return result


def without_unknown(
    block: Block, value: Mapping[str, Any], answers: Answers, at: str = ""
) -> Value:
    """Return a value in which what the API does not answer has the zero value of its type.

    `d.Set(name, nil)` of the plugin SDK does that (helper/schema/field_writer_map.go). `answers`
    has what the provider reads in its place, `at` is the path of the block.
    """
    result = dict(value)
    for name, attribute in block.attributes.items():
        if result.get(name) is UNKNOWN:
            path = at + name
            result[name] = answers.get(path, at) if path in answers else zero(attribute.type)
    for name, nested in block.blocks.items():
        items, path = result.get(name), at + name
        if items is UNKNOWN:
            told = answers.get(path, at) if path in answers else ()
            result[name] = [conform(nested.block, item) for item in told]
        elif isinstance(items, list):
            result[name] = [
                without_unknown(nested.block, item, answers, f"{path}.") for item in items
            ]
    return result


def named(attributes: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of an answer, which the form of an id can name."""
    return {name: value for name, value in attributes.items() if isinstance(value, str)}


def _is_empty(value: Any) -> bool:
    """Say whether all fields have the zero value of their type (`tpgresource.IsEmptyValue`)."""
    if isinstance(value, Mapping):
        return all(map(_is_empty, value.values()))
    if isinstance(value, list):
        return all(map(_is_empty, value))
    return value is not UNKNOWN and not value
