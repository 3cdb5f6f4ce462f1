"""What a provider serves, as messages: schemas, functions, capabilities."""

from __future__ import annotations

import json
from typing import Any

from offline.protocol.messages import message
from offline.schema.blocks import Block, Function, Schemas

_NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}


def schema_response(schemas: Schemas) -> Any:
    """Return the answer to GetSchema."""
    meta = {"provider_meta": _schema(schemas.meta)} if schemas.meta.attributes else {}
    return message(
        "GetProviderSchema.Response",
        provider=_schema(schemas.provider),
        resource_schemas={
            name: _schema(block, schemas.versions.get(name, 0))
            for name, block in schemas.resources.items()
        },
        data_source_schemas={name: _schema(block) for name, block in schemas.data_sources.items()},
        ephemeral_resource_schemas={
            name: _schema(block) for name, block in schemas.ephemerals.items()
        },
        functions=functions(schemas),
        server_capabilities=_capabilities(),
        **meta,
    )


def metadata(schemas: Schemas) -> Any:
    """Return the answer to GetMetadata: names alone."""
    resources, data, ephemeral = (
        [message("TypeName", type_name=name) for name in names]
        for names in (schemas.resources, schemas.data_sources, schemas.ephemerals)
    )
    return message(
        "GetMetadata.Response",
        server_capabilities=_capabilities(),
        resources=resources,
        data_sources=data,
        ephemeral_resources=ephemeral,
        functions=[message("FunctionName", name=name) for name in schemas.functions],
    )


def functions(schemas: Schemas) -> dict[str, Any]:
    """Return the declarations of functions, by name."""
    return {name: _function(function) for name, function in schemas.functions.items()}


def _function(function: Function) -> Any:
    parameters = [
        message("Function.Parameter", name=name, type=_type(type_))
        for name, type_ in function.parameters.items()
    ]
    result = {"return": message("Function.Return", type=_type(function.result))}
    return message("Function", summary=function.summary, parameters=parameters, **result)


def _schema(block: Block, version: int = 0) -> Any:
    return message("Schema", version=version, block=_block(block))


def _block(block: Block) -> Any:
    attributes = [
        message(
            "Schema.Attribute",
            name=name,
            type=_type(attribute.type),
            required=attribute.required,
            optional=attribute.optional,
            computed=attribute.computed,
            sensitive=attribute.sensitive,
            deprecated=attribute.deprecated,
            write_only=attribute.write_only,
        )
        for name, attribute in block.attributes.items()
    ]
    nested = [
        message(
            "Schema.NestedBlock",
            type_name=name,
            nesting=_NESTING[nested.nesting],
            min_items=nested.min_items,
            max_items=nested.max_items,
            block=_block(nested.block),
        )
        for name, nested in block.blocks.items()
    ]
    return message(
        "Schema.Block", attributes=attributes, block_types=nested, deprecated=block.deprecated
    )


def _type(type_: Any) -> bytes:
    if isinstance(type_, str):
        return b'"%b"' % type_.encode()
    return json.dumps(type_, separators=(",", ":")).encode()


def _capabilities() -> Any:
    return message(
        "ServerCapabilities", get_provider_schema_optional=True, move_resource_state=True
    )
