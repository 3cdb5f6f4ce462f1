"""What a provider serves, as messages: schemas, functions, capabilities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from offline.protocol.messages import message
from offline.schema.blocks import Block, Function, Schemas

_NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}


def schema_response(schemas: Schemas) -> Any:
    """Return the answer to GetSchema."""
    result = message("GetProviderSchema.Response")
    result.provider.CopyFrom(_schema(schemas.provider))
    if schemas.meta.attributes:
        result.provider_meta.CopyFrom(_schema(schemas.meta))
    for name, block in schemas.resources.items():
        result.resource_schemas[name].CopyFrom(_schema(block, schemas.versions.get(name, 0)))
    for into, blocks in (
        (result.data_source_schemas, schemas.data_sources),
        (result.ephemeral_resource_schemas, schemas.ephemerals),
    ):
        for name, block in blocks.items():
            into[name].CopyFrom(_schema(block))
    fill_functions(result.functions, schemas.functions)
    _fill_capabilities(result.server_capabilities)
    return result


def fill_metadata(response: Any, schemas: Schemas) -> None:
    """Fill in the answer to GetMetadata: names alone."""
    _fill_capabilities(response.server_capabilities)
    for into, names in (
        (response.resources, schemas.resources),
        (response.data_sources, schemas.data_sources),
        (response.ephemeral_resources, schemas.ephemerals),
    ):
        for name in names:
            into.add(type_name=name)
    for name in schemas.functions:
        response.functions.add(name=name)


def fill_functions(into: Any, functions: Mapping[str, Function]) -> None:
    """Fill in the declarations of functions, by name."""
    for name, function in functions.items():
        declared = into[name]
        declared.summary = function.summary
        for parameter, type_ in function.parameters.items():
            declared.parameters.add(name=parameter, type=_type(type_))
        getattr(declared, "return").type = _type(function.result)


def _schema(block: Block, version: int = 0) -> Any:
    result = message("Schema", version=version)
    _fill_block(result.block, block)
    return result


def _fill_block(into: Any, block: Block) -> None:
    into.SetInParent()  # Terraform dereferences an empty block too
    for name, attribute in block.attributes.items():
        into.attributes.add(
            name=name,
            type=_type(attribute.type),
            required=attribute.required,
            optional=attribute.optional,
            computed=attribute.computed,
            sensitive=attribute.sensitive,
            write_only=attribute.write_only,
        )
    for name, nested in block.blocks.items():
        result = into.block_types.add(
            type_name=name,
            nesting=_NESTING[nested.nesting],
            min_items=nested.min_items,
            max_items=nested.max_items,
        )
        _fill_block(result.block, nested.block)


def _type(type_: Any) -> bytes:
    return json.dumps(type_, separators=(",", ":")).encode()


def _fill_capabilities(capabilities: Any) -> None:
    capabilities.get_provider_schema_optional = True
    capabilities.move_resource_state = True
