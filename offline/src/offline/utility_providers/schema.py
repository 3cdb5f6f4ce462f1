"""Schemas of the utility providers, from `schemas/<provider>.json`.

A type has `attributes` and `blocks`; `include` names groups of attributes that types share. Keys of
an attribute are those of `offline.schema.blocks.Attribute` and, in addition to them, of
`offline.provider_facts.AttributeFacts`. `at_least_one_of` and `exactly_one_of` hold for a type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from offline.provider_facts import AttributeFacts, TypeFacts
from offline.schema.blocks import Attribute, Block, NestedBlock

_SCHEMA = frozenset(Attribute._fields)


class Type(NamedTuple):
    """A resource, a data source, or an ephemeral resource."""

    block: Block
    facts: TypeFacts
    at_least_one_of: tuple[str, ...] = ()
    exactly_one_of: tuple[str, ...] = ()
    version: int = 0


class Declaration(NamedTuple):
    """What a provider serves; types by name."""

    provider: Block
    resources: Mapping[str, Type]
    data_sources: Mapping[str, Type]
    ephemerals: Mapping[str, Type]


@cache
def declaration(provider: str) -> Declaration:
    """Read the file of a provider."""
    file = Path(__file__).with_name("schemas") / f"{provider}.json"
    content = json.loads(file.read_text("utf-8"))

    def types(kind: str) -> dict[str, Type]:
        return {name: _type(name, raw, content) for name, raw in content.get(kind, {}).items()}

    own = _type(provider, content.get("provider", {}), content)
    return Declaration(own.block, types("resources"), types("data_sources"), types("ephemerals"))


def _type(name: str, raw: Mapping[str, Any], content: Mapping[str, Any]) -> Type:
    attributes = {
        key: value
        for group in raw.get("include", ())
        for key, value in content["groups"][group].items()
    } | raw.get("attributes", {})
    facts = {key: _facts(value) for key, value in attributes.items()}
    blocks: dict[str, NestedBlock] = {}
    for key in raw.get("blocks", ()):
        nested = content["blocks"][key]
        blocks[key] = NestedBlock(
            nested["nesting"], _block(nested["attributes"]), max_items=nested.get("max_items", 0)
        )
        facts |= {f"{key}.{inner}": _facts(value) for inner, value in nested["attributes"].items()}
        facts[key] = AttributeFacts(force_new=True)
    return Type(
        Block(_block(attributes).attributes, blocks),
        TypeFacts(type=name, source=content["source"], attributes=facts),
        tuple(raw.get("at_least_one_of", ())),
        tuple(raw.get("exactly_one_of", ())),
        raw.get("version", 0),
    )


def _block(attributes: Mapping[str, Any]) -> Block:
    return Block(
        {
            name: Attribute(**{k: v for k, v in value.items() if k in _SCHEMA and k != "enum"})
            for name, value in sorted(attributes.items())
        }
    )


def _facts(value: Mapping[str, Any]) -> AttributeFacts:
    content = {k: v for k, v in value.items() if k not in _SCHEMA}
    for key in ("enum", "range"):
        if key in value:
            content[key] = tuple(value[key])
    return AttributeFacts(**content)
