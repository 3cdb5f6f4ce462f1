"""Terraform schemas as objects: blocks, their attributes, and what a provider serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Nesting = Literal["single", "list", "set", "map"]


@dataclass(frozen=True)
class Attribute:
    """One attribute: `type` in cty's JSON notation, e.g. "string", ["list", "string"]."""

    type: Any
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    write_only: bool = False
    enum: tuple[str, ...] = ()

    @property
    def settable(self) -> bool:
        """Whether a configuration may set it."""
        return self.required or self.optional


@dataclass(frozen=True)
class Block:
    """Attributes and nested blocks by name."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    blocks: Mapping[str, NestedBlock] = field(default_factory=dict)


@dataclass(frozen=True)
class NestedBlock:
    """A nested block; `max_items` 0 is no limit, `computed`: the provider fills it in when it is
    absent.
    """

    nesting: Nesting
    block: Block
    min_items: int = 0
    max_items: int = 0
    computed: bool = False


@dataclass(frozen=True)
class Function:
    """A function of a provider: `parameters` by name in their order, and the `result`, each a type
    in cty's JSON notation.
    """

    summary: str
    parameters: Mapping[str, Any]
    result: Any


@dataclass(frozen=True)
class Schemas:
    """What a provider serves: its own configuration, its types by name, and its functions.

    `meta` is what a module may tell it in `provider_meta`.
    """

    provider: Block
    resources: Mapping[str, Block] = field(default_factory=dict)
    data_sources: Mapping[str, Block] = field(default_factory=dict)
    ephemerals: Mapping[str, Block] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    meta: Block = field(default_factory=Block)


def block_from_json(raw: Mapping[str, Any]) -> Block:
    """Return a block from the notation of `terraform providers schema -json`."""
    return Block(
        attributes={
            name: Attribute(**{**value, "enum": tuple(value.get("enum", ()))})
            for name, value in sorted(raw.get("attributes", {}).items())
        },
        blocks={
            name: NestedBlock(
                nesting=value["nesting_mode"],
                block=block_from_json(value["block"]),
                min_items=value.get("min_items", 0),
                max_items=value.get("max_items", 0),
            )
            for name, value in sorted(raw.get("block_types", {}).items())
        },
    )


@dataclass(frozen=True)
class Marks:
    """What the bindings lost, as dotted paths: attributes that are secret or write-only, blocks the
    API fills in, and how often a block may be there.
    """

    sensitive: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    max_items: Mapping[str, int] = field(default_factory=dict)


def marked(block: Block, marks: Marks, at: str = "") -> Block:
    """Return the block with marks put on."""
    attributes = dict(block.attributes)
    for name, attribute in block.attributes.items():
        is_sensitive, is_write_only = at + name in marks.sensitive, at + name in marks.write_only
        if is_sensitive or is_write_only:
            attributes[name] = replace(
                attribute,
                sensitive=attribute.sensitive or is_sensitive,
                write_only=attribute.write_only or is_write_only,
            )
    return Block(
        attributes=attributes,
        blocks={
            name: replace(
                nested,
                block=marked(nested.block, marks, f"{at}{name}."),
                max_items=nested.max_items or marks.max_items.get(at + name, 0),
                computed=at + name in marks.computed,
            )
            for name, nested in block.blocks.items()
        },
    )
