"""The calls of the protocol, each from its request message to its response message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from offline.protocol.contract import (
    Finding,
    FunctionError,
    Provider,
    ProviderError,
    Settings,
    Value,
)
from offline.protocol.declarations import functions, metadata, schema_response
from offline.protocol.findings import collect
from offline.protocol.messages import attribute_path, diagnostic, message
from offline.protocol.values import (
    conform,
    decode,
    decode_value,
    encode,
    encode_value,
)
from offline.schema.blocks import Block

_SAME_MESSAGE = {"GetSchema": "GetProviderSchema"}  # calls whose message has another name

CALLS = (
    "GetMetadata",
    "GetSchema",
    "PrepareProviderConfig",
    "Configure",
    "ValidateResourceTypeConfig",
    "ValidateDataSourceConfig",
    "ValidateEphemeralResourceConfig",
    "UpgradeResourceState",
    "ReadResource",
    "PlanResourceChange",
    "ApplyResourceChange",
    "ImportResourceState",
    "MoveResourceState",
    "ReadDataSource",
    "OpenEphemeralResource",
    "RenewEphemeralResource",
    "CloseEphemeralResource",
    "GetFunctions",
    "CallFunction",
    "Stop",
)


class Service:
    """One provider behind the protocol.

    Terraform opens a connection per provider configuration, so settings are kept by connection
    (`peer`): aliases with projects and regions of their own work although one process serves them
    all.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._settings: dict[str, Settings] = {}
        self._schema: Any = None
        self._findings: dict[tuple[str, bytes], Sequence[Finding]] = {}

    def call(self, name: str, request: Any, peer: str) -> Any:
        """Answer one call; an error becomes a diagnostic of its response."""
        handler: Callable[[Any, Any, str], None] | None = getattr(self, _method(name), None)
        if name == "GetSchema":
            return self.schema
        if name == "GetMetadata":
            return metadata(self._provider.schemas)
        response = message(f"{message_name(name)}.Response")
        if handler is not None:
            with collect() as findings:
                try:
                    handler(request, response, peer)
                except ProviderError as error:
                    findings.append(error.finding)
            if findings:
                _report(response, findings)
        return response

    @property
    def schema(self) -> Any:
        """The answer to GetSchema, made once."""
        if self._schema is None:
            self._schema = schema_response(self._provider.schemas)
        return self._schema

    def _prepare_provider_config(self, request: Any, response: Any, _peer: str) -> None:
        response.prepared_config = request.config
        config = decode(self._provider.schemas.provider, request.config) or {}
        _report(response, self._provider.validate_provider(config))

    def _configure(self, request: Any, _response: Any, peer: str) -> None:
        config = decode(self._provider.schemas.provider, request.config) or {}
        self._settings[peer] = self._provider.configure(config)

    def _validate_resource_type_config(self, request: Any, response: Any, _peer: str) -> None:
        # Terraform asks again when it plans, mostly with the same values.
        key = request.type_name, request.config.msgpack
        if key not in self._findings:
            config = decode(self._resource(request.type_name), request.config)
            self._findings[key] = self._provider.validate(request.type_name, config or {})
        _report(response, self._findings[key])

    def _upgrade_resource_state(self, request: Any, response: Any, _peer: str) -> None:
        raw = json.loads(request.raw_state.json) if request.raw_state.json else None
        block = self._resource(request.type_name)
        response.upgraded_state = _dynamic(block, None if raw is None else conform(block, raw))

    def _read_resource(self, request: Any, response: Any, peer: str) -> None:
        block = self._resource(request.type_name)
        response.private = request.private
        response.new_state = request.current_state
        if (state := decode(block, request.current_state)) is not None:
            now = self._provider.read(request.type_name, state, self._of(peer))
            response.new_state = _dynamic(block, now)

    def _plan_resource_change(self, request: Any, response: Any, peer: str) -> None:
        block = self._resource(request.type_name)
        response.legacy_type_system = (
            True  # as the provider's SDK says: it plans blocks that are not configured
        )
        response.planned_private = request.prior_private
        proposed = decode(block, request.proposed_new_state)
        if proposed is None:
            response.planned_state = _dynamic(block, None)
            return
        plan = self._provider.plan(
            request.type_name,
            decode(block, request.prior_state),
            proposed,
            decode(block, request.config) or {},
            self._of(peer),
        )
        response.planned_state = _dynamic(block, plan.state)
        response.requires_replace.extend(attribute_path(path) for path in plan.replace)

    def _apply_resource_change(self, request: Any, response: Any, peer: str) -> None:
        block, type_, settings = (
            self._resource(request.type_name),
            request.type_name,
            self._of(peer),
        )
        response.legacy_type_system = True
        response.private = request.planned_private
        prior = decode(block, request.prior_state)
        planned = decode(block, request.planned_state)
        config = decode(block, request.config) or {}
        response.new_state = _dynamic(block, prior)  # stays true when the call is rejected
        if planned is None:
            if prior is not None:
                self._provider.delete(type_, prior, settings)
            state = None
        elif prior is None:
            state = self._provider.create(type_, planned, config, settings)
        else:
            state = self._provider.update(type_, prior, planned, config, settings)
        response.new_state = _dynamic(block, state)

    def _import_resource_state(self, request: Any, response: Any, peer: str) -> None:
        state = self._provider.import_(request.type_name, request.id, self._of(peer))
        imported = message(
            "ImportResourceState.ImportedResource",
            type_name=request.type_name,
            state=_dynamic(self._resource(request.type_name), state),
        )
        response.imported_resources.append(imported)

    def _move_resource_state(self, request: Any, response: Any, _peer: str) -> None:
        if request.source_type_name != request.target_type_name:
            raise ProviderError(
                "Move Resource State Not Supported",
                f'The "{request.target_type_name}" resource type does not support moving resource '
                "state across resource types.",
            )
        block = self._resource(request.target_type_name)
        raw = json.loads(request.source_state.json)
        response.target_state = _dynamic(block, conform(block, raw))
        response.target_private = request.source_private

    def _read_data_source(self, request: Any, response: Any, peer: str) -> None:
        block = self._provider.schemas.data_sources[request.type_name]
        config = decode(block, request.config) or {}
        state = self._provider.data(request.type_name, config, self._of(peer))
        response.state = _dynamic(block, state)

    def _validate_ephemeral_resource_config(self, request: Any, response: Any, _peer: str) -> None:
        block = self._provider.schemas.ephemerals[request.type_name]
        config = decode(block, request.config) or {}
        _report(response, self._provider.validate_ephemeral(request.type_name, config))

    def _open_ephemeral_resource(self, request: Any, response: Any, peer: str) -> None:
        block = self._provider.schemas.ephemerals[request.type_name]
        config = decode(block, request.config) or {}
        result = self._provider.open(request.type_name, config, self._of(peer))
        response.result = _dynamic(block, result)

    def _get_functions(self, _request: Any, response: Any, _peer: str) -> None:
        response.functions = functions(self._provider.schemas)

    def _call_function(self, request: Any, response: Any, _peer: str) -> None:
        function = self._provider.schemas.functions[request.name]
        types = function.parameters.values()
        arguments = [
            decode_value(type_, argument)
            for type_, argument in zip(types, request.arguments, strict=True)
        ]
        try:
            result = self._provider.call(request.name, arguments)
        except FunctionError as error:
            response.error = message(
                "FunctionError", text=error.text, function_argument=error.argument
            )
            return
        response.result = message("DynamicValue", msgpack=encode_value(function.result, result))

    def _resource(self, type_: str) -> Block:
        value = self._provider.schemas.resources.get(type_)
        if value is None:
            raise ProviderError(f"The provider does not serve {type_}")
        return value

    def _of(self, peer: str) -> Settings:
        return self._settings.get(peer, {})


def message_name(call: str) -> str:
    """Return the message that a call's request and response belong to."""
    return _SAME_MESSAGE.get(call, call)


def _report(response: Any, findings: Iterable[Finding]) -> None:
    response.diagnostics.extend(
        diagnostic(finding.summary, finding.detail, finding.path, warning=finding.warning)
        for finding in findings
    )


def _dynamic(block: Block, value: Value | None) -> Any:
    return message("DynamicValue", msgpack=encode(block, value))


def _method(call: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in call)
