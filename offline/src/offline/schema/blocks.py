"""Terraform schemas as objects: blocks, their attributes, and what a provider serves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Nesting = Literal["single", "list", "set", "map"]

_NONE: Mapping[str, Any] = MappingProxyType({})


class Attribute(NamedTuple):
    """One attribute: `type` in cty's JSON notation, e.g. "string", ["list", "string"]."""

    type: Any
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    write_only: bool = False
    enum: tuple[str, ...] = ()
    deprecated: bool = False

    @property
    def settable(self) -> bool:
        """Whether a configuration may set it."""
        return self.required or self.optional


class Block(NamedTuple):
    """Attributes and nested blocks by name."""

    attributes: Mapping[str, Attribute] = _NONE
    blocks: Mapping[str, NestedBlock] = _NONE
    deprecated: bool = False


class NestedBlock(NamedTuple):
    """A nested block; `max_items` 0 is no limit, `computed`: the provider fills it in when it is
    absent.
    """

    nesting: Nesting
    block: Block
    min_items: int = 0
    max_items: int = 0
    computed: bool = False


class Function(NamedTuple):
    """A function of a provider: `parameters` by name in their order, and the `result`, each a type
    in cty's JSON notation.
    """

    summary: str
    parameters: Mapping[str, Any]
    result: Any


class Schemas(NamedTuple):
    """The schemas of a provider: its configuration, its types by name, and its functions.

    `meta` is the schema of the block `provider_meta` of a module.
    """

    provider: Block
    resources: Mapping[str, Block] = _NONE
    data_sources: Mapping[str, Block] = _NONE
    ephemerals: Mapping[str, Block] = _NONE
    versions: Mapping[str, int] = _NONE
    functions: Mapping[str, Function] = _NONE
    meta: Block = Block()


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


class Marks(NamedTuple):
    """What the bindings lost, as dotted paths: attributes that are secret or write-only, blocks the
    API fills in, how often a block may be there, and what is deprecated.
    """

    sensitive: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    max_items: Mapping[str, int] = _NONE
    deprecated: frozenset[str] = frozenset()


def marked(block: Block, marks: Marks, at: str = "") -> Block:
    """Return the block with marks put on."""
    attributes = dict(block.attributes)
    for name, attribute in block.attributes.items():
        is_sensitive, is_write_only = at + name in marks.sensitive, at + name in marks.write_only
        is_deprecated = at + name in marks.deprecated
        if is_sensitive or is_write_only or is_deprecated:
            attributes[name] = attribute._replace(
                deprecated=is_deprecated,
                sensitive=attribute.sensitive or is_sensitive,
                write_only=attribute.write_only or is_write_only,
            )
    return Block(
        attributes=attributes,
        blocks={
            name: nested._replace(
                block=marked(nested.block, marks, f"{at}{name}."),
                max_items=nested.max_items or marks.max_items.get(at + name, 0),
                computed=at + name in marks.computed,
            )
            for name, nested in block.blocks.items()
        },
        deprecated=at.removesuffix(".") in marks.deprecated,
    )
