import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import grpc
import msgpack
import pytest

from offline.protocol.contract import Finding, FunctionError, Plan, ProviderError, Settings, Value
from offline.protocol.messages import Message, diagnostic, message, message_class
from offline.protocol.server import serve
from offline.protocol.service import Service, message_name
from offline.protocol.values import (
    UNKNOWN,
    Dynamic,
    conform,
    decode,
    decode_value,
    encode,
    encode_value,
)
from offline.schema.blocks import Attribute, Block, Function, NestedBlock, Schemas

INNER = Block({"a": Attribute("string", optional=True), "b": Attribute("number", computed=True)})
BLOCK = Block(
    {
        "text": Attribute("string", optional=True),
        "number": Attribute("number", optional=True),
        "any": Attribute("dynamic", optional=True),
        "names": Attribute(["set", "string"], optional=True),
        "map": Attribute(["map", "number"], optional=True),
        "objects": Attribute(["list", ["object", {"n": "number"}]], computed=True),
        "secret_wo": Attribute("string", optional=True, sensitive=True, write_only=True),
    },
    {
        "one": NestedBlock("single", INNER),
        "many": NestedBlock("list", INNER, min_items=1, max_items=2),
        "group": NestedBlock("set", INNER),
        "empty": NestedBlock("list", Block()),
    },
)


class Echo:
    """A provider that shows what it was given."""

    schemas = Schemas(
        Block({"project": Attribute("string", optional=True)}),
        {"echo": BLOCK},
        {"echo": Block({"text": Attribute("string", computed=True)})},
        {"echo": Block({"text": Attribute("string", computed=True)})},
        {"echo": 3},
        {"twice": Function("Repeats a text", {"text": "string", "times": "number"}, "string")},
    )

    def validate_provider(self, config: Value) -> list[Finding]:
        return [Finding("bad")] if config["project"] == "bad" else []

    def configure(self, config: Value) -> Settings:
        return config

    def validate(self, _type: str, config: Value) -> list[Finding]:
        return [Finding("bad", "why", ("many", 0, "a"))] if config["text"] == "bad" else []

    def plan(
        self, _type: str, prior: Value | None, proposed: Value, _config: Value, settings: Settings
    ) -> Plan:
        if proposed["text"] == "refuse":
            raise ProviderError("refused", "because", ("text",))
        return Plan({**proposed, "text": settings["project"]}, [("text",)] if prior else [])

    def create(self, _type: str, planned: Value, _config: Value, _settings: Settings) -> Value:
        return planned

    def update(
        self, _type: str, _prior: Value, _planned: Value, _config: Value, _settings: Settings
    ) -> Value:
        raise ProviderError("refused")

    def delete(self, _type: str, _prior: Value, _settings: Settings) -> None:
        return

    def read(self, _type: str, state: Value, _settings: Settings) -> Value | None:
        return None if state["text"] == "gone" else state

    def import_(self, _type: str, id_: str, _settings: Settings) -> Value:
        return conform(BLOCK, {"text": id_})

    def data(self, _type: str, _config: Value, settings: Settings) -> Value:
        return {"text": settings["project"]}

    def validate_ephemeral(self, _type: str, config: Value) -> list[Finding]:
        return [Finding("bad")] if config["text"] == "bad" else []

    def call(self, _name: str, arguments: Sequence[Any]) -> str:
        text, times = arguments
        if times < 0:
            raise FunctionError("negative", 1)
        return str(text * times)

    def open(self, _type: str, _config: Value, _settings: Settings) -> Value:
        return {"text": "opened"}


def dynamic(block: Block, value: Value | None) -> Any:
    return message("DynamicValue", msgpack=encode(block, value))


def value(**given: Any) -> Value:
    return conform(BLOCK, given)


def trip(given: Value) -> Value | None:
    return decode(BLOCK, dynamic(BLOCK, given))


@pytest.mark.parametrize(
    "given",
    [
        {"text": "x", "number": 1, "map": {"a": 1.5}},
        {"text": UNKNOWN, "many": [{"a": UNKNOWN, "b": None}]},
        {"many": UNKNOWN},
        {"number": 2**80},
        {"number": -(2**63)},
        {"any": Dynamic(["list", "number"], [1, 2**70])},
        {"objects": [{"n": UNKNOWN}, {"n": 2}]},
        {"one": {"a": "x", "b": 1}, "empty": [{}, {}]},
    ],
)
def test_values_round_trip(given: dict[str, Any]) -> None:
    assert trip(value(**given)) == value(**given)


def test_number_beyond_64_bits_is_encoded_as_text() -> None:
    raw = msgpack.unpackb(encode(BLOCK, value(number=2**80)))
    assert raw["number"] == str(2**80)


def test_refined_unknown_is_decoded_as_unknown() -> None:
    raw: dict[str, Any] = dict.fromkeys((*BLOCK.attributes, *BLOCK.blocks))
    raw["text"] = msgpack.ExtType(12, msgpack.packb({1: False}))
    sent = message("DynamicValue", msgpack=msgpack.packb(raw))
    assert (decode(BLOCK, sent) or {})["text"] is UNKNOWN


def test_sets_are_encoded_in_stable_order() -> None:
    result = value(names=["b", "a"], group=[{"a": "2", "b": None}, {"a": "1", "b": None}])
    other = value(names=["a", "b"], group=[{"a": "1", "b": None}, {"a": "2", "b": None}])
    assert encode(BLOCK, result) == encode(BLOCK, other)


def test_null_and_json_are_decoded() -> None:
    assert decode(BLOCK, dynamic(BLOCK, None)) is None
    result = decode(BLOCK, message("DynamicValue", json=b'{"text": "x", "group": []}'))
    assert result == value(text="x")


def test_unknown_keys_of_a_block_are_dropped() -> None:
    state = conform(BLOCK, {"text": "x", "old": 1, "many": [{"a": "1", "old": 2}]})
    assert "old" not in state
    assert state["many"] == [{"a": "1", "b": None}]


def test_diagnostic_has_a_path() -> None:
    result = diagnostic("s", "d", ("many", 0, "a"))
    steps = [vars(step) for step in result.attribute.steps]
    assert steps == [{"attribute_name": "many"}, {"element_key_int": 0}, {"attribute_name": "a"}]
    assert result.severity == 1
    assert diagnostic("s", warning=True).severity == 2


def test_index_zero_is_encoded() -> None:
    result = diagnostic("s", path=("many", 0))
    again: Any = message_class("Diagnostic").decode(result.encode())
    assert vars(again.attribute.steps[1]) == {"element_key_int": 0}


@pytest.fixture
def call() -> Callable[..., Any]:
    service = Service(Echo())
    service.call(
        "Configure",
        message("Configure.Request", config=dynamic(Echo.schemas.provider, {"project": "p"})),
        "peer",
    )

    def one(name: str, /, **fields: Any) -> Any:
        request = message(f"{message_name(name)}.Request", **fields)
        return service.call(name, request, "peer")

    return one


def test_get_schema_returns_every_type(call: Callable[..., Any]) -> None:
    schema = call("GetSchema")
    echo = schema.resource_schemas["echo"]
    assert echo.version == 3
    attributes = {attribute.name: attribute for attribute in echo.block.attributes}
    assert json.loads(attributes["names"].type) == ["set", "string"]
    assert attributes["secret_wo"].write_only
    blocks = {block_type.type_name: block_type for block_type in echo.block.block_types}
    assert (blocks["many"].nesting, blocks["many"].min_items, blocks["many"].max_items) == (2, 1, 2)
    assert "block" in vars(blocks["empty"]), "Terraform dereferences it"
    assert blocks["group"].nesting == 3
    assert schema.ephemeral_resource_schemas["echo"].block.attributes
    assert schema.server_capabilities.move_resource_state


def test_provider_configuration_is_validated_and_returned(call: Callable[..., Any]) -> None:
    for project, count in (("bad", 1), ("good", 0)):
        config = dynamic(Echo.schemas.provider, {"project": project})
        done = call("PrepareProviderConfig", config=config)
        assert (len(done.diagnostics), done.prepared_config) == (count, config)


def test_get_metadata_lists_types(call: Callable[..., Any]) -> None:
    result = call("GetMetadata")
    assert [resource.type_name for resource in result.resources] == ["echo"]
    assert [ephemeral_resource.type_name for ephemeral_resource in result.ephemeral_resources] == [
        "echo"
    ]


def test_findings_become_diagnostics(call: Callable[..., Any]) -> None:
    bad = dynamic(BLOCK, value(text="bad"))
    [found] = call("ValidateResourceTypeConfig", type_name="echo", config=bad).diagnostics
    assert (found.summary, found.detail) == ("bad", "why")
    fine = dynamic(BLOCK, value(text="x"))
    assert not call("ValidateResourceTypeConfig", type_name="echo", config=fine).diagnostics


def test_plan_lists_attributes_that_replace(call: Callable[..., Any]) -> None:
    new = dynamic(BLOCK, value(text="x"))
    plan = call(
        "PlanResourceChange", type_name="echo", prior_state=new, proposed_new_state=new, config=new
    )
    assert (decode(BLOCK, plan.planned_state) or {})["text"] == "p"
    assert plan.requires_replace[0].steps[0].attribute_name == "text"
    assert plan.legacy_type_system


def test_plan_of_destroy_is_null(call: Callable[..., Any]) -> None:
    nothing = dynamic(BLOCK, None)
    plan = call("PlanResourceChange", type_name="echo", proposed_new_state=nothing)
    assert decode(BLOCK, plan.planned_state) is None


def test_provider_error_is_a_diagnostic_with_a_path(call: Callable[..., Any]) -> None:
    new = dynamic(BLOCK, value(text="refuse"))
    plan = call("PlanResourceChange", type_name="echo", proposed_new_state=new, config=new)
    assert plan.diagnostics[0].attribute.steps[0].attribute_name == "text"


def test_failed_update_keeps_prior_state(call: Callable[..., Any]) -> None:
    prior, new = dynamic(BLOCK, value(text="old")), dynamic(BLOCK, value(text="new"))
    done = call("ApplyResourceChange", type_name="echo", prior_state=prior, planned_state=new)
    assert done.diagnostics[0].summary == "refused"
    assert decode(BLOCK, done.new_state) == value(text="old")


def test_create_delete_read_and_import(call: Callable[..., Any]) -> None:
    nothing, some = dynamic(BLOCK, None), dynamic(BLOCK, value(text="x"))
    created = call("ApplyResourceChange", type_name="echo", prior_state=nothing, planned_state=some)
    assert decode(BLOCK, created.new_state) == value(text="x")
    gone = call("ApplyResourceChange", type_name="echo", prior_state=some, planned_state=nothing)
    assert decode(BLOCK, gone.new_state) is None
    assert not gone.diagnostics
    lost = dynamic(BLOCK, value(text="gone"))
    assert (
        decode(BLOCK, call("ReadResource", type_name="echo", current_state=lost).new_state) is None
    )
    [found] = call("ImportResourceState", type_name="echo", id="i").imported_resources
    assert (decode(BLOCK, found.state) or {})["text"] == "i"


def test_upgrade_accepts_state_of_another_version(call: Callable[..., Any]) -> None:
    raw = message("RawState", json=b'{"text": "x", "old": 1}')
    upgraded = call("UpgradeResourceState", type_name="echo", version=1, raw_state=raw)
    assert decode(BLOCK, upgraded.upgraded_state) == value(text="x")


def test_move_state_between_providers_of_one_type(call: Callable[..., Any]) -> None:
    raw = message("RawState", json=b'{"text": "x"}')
    fields = {"source_state": raw, "target_type_name": "echo"}
    moved = call("MoveResourceState", source_type_name="echo", **fields)
    assert decode(BLOCK, moved.target_state) == value(text="x")
    assert call("MoveResourceState", source_type_name="other", **fields).diagnostics


def test_data_sources_and_ephemeral_resources(call: Callable[..., Any]) -> None:
    block = Echo.schemas.ephemerals["echo"]
    config = dynamic(block, {"text": None})
    read = call("ReadDataSource", type_name="echo", config=config)
    assert decode(block, read.state) == {"text": "p"}
    opened = call("OpenEphemeralResource", type_name="echo", config=config)
    assert decode(block, opened.result) == {"text": "opened"}
    assert not call("CloseEphemeralResource", type_name="echo").diagnostics


def test_functions_are_declared_and_called(call: Callable[..., Any]) -> None:
    for declared in (call("GetFunctions"), call("GetSchema")):
        twice = declared.functions["twice"]
        types = [(parameter.name, json.loads(parameter.type)) for parameter in twice.parameters]
        assert types == [("text", "string"), ("times", "number")]
        assert json.loads(getattr(twice, "return").type) == "string"
    assert [function.name for function in call("GetMetadata").functions] == ["twice"]
    text = message("DynamicValue", msgpack=encode_value("string", "ab"))
    counts = [message("DynamicValue", msgpack=encode_value("number", n)) for n in (2, -1)]
    result = call("CallFunction", name="twice", arguments=[text, counts[0]])
    assert decode_value("string", result.result) == "abab"
    error = call("CallFunction", name="twice", arguments=[text, counts[1]]).error
    assert (error.text, error.function_argument) == ("negative", 1)


def test_ephemeral_configuration_is_validated(call: Callable[..., Any]) -> None:
    block = Echo.schemas.ephemerals["echo"]
    for text, count in (("bad", 1), ("good", 0)):
        config = dynamic(block, {"text": text})
        done = call("ValidateEphemeralResourceConfig", type_name="echo", config=config)
        assert len(done.diagnostics) == count


def test_type_that_is_not_served_is_an_error(call: Callable[..., Any]) -> None:
    assert call("ReadResource", type_name="nope").diagnostics


@pytest.fixture
def reattach() -> Iterator[dict[str, Any]]:
    with serve({"hashicorp/echo": Echo()}) as text:
        [found] = json.loads(text).values()
        yield found


def multicallable(channel: grpc.Channel, kind: str, method: str) -> Any:
    """Return what calls a method with bytes, which grpcio's types do not know."""
    return getattr(channel, kind)(method)


def ask(channel: grpc.Channel, name: str, **fields: Any) -> Any:
    request = message(f"{message_name(name)}.Request", **fields)
    method: Any = channel.unary_unary(
        f"/tfplugin5.Provider/{name}",
        request_serializer=Message.encode,
        response_deserializer=message_class(f"{message_name(name)}.Response").decode,
    )
    return method(request)


def test_every_connection_has_its_own_configuration(reattach: dict[str, Any]) -> None:
    block, address = Echo.schemas.provider, reattach["Addr"]["String"]
    own = [("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(address, own) as one, grpc.insecure_channel(address, own) as two:
        for channel, project in ((one, "first"), (two, "second")):
            config = dynamic(block, {"project": project})
            ask(channel, "Configure", config=config)
        for channel, project in ((one, "first"), (two, "second")):
            read = ask(channel, "ReadDataSource", type_name="echo")
            assert decode(Echo.schemas.data_sources["echo"], read.state) == {"text": project}


@pytest.mark.parametrize(
    "request_", [b"\x0a\x05one", b"\x0a", b"\x0a\x01\xff", b"\x0f"], ids=bytes.hex
)
def test_malformed_request_is_an_error(reattach: dict[str, Any], request_: bytes) -> None:
    with grpc.insecure_channel(reattach["Addr"]["String"]) as channel:
        call = multicallable(channel, "unary_unary", "/tfplugin5.Provider/ReadResource")
        with pytest.raises(grpc.RpcError) as error:
            call(request_, timeout=30)
        assert error.value.code() is grpc.StatusCode.INTERNAL
        ask(channel, "GetMetadata")


def test_broker_of_go_plugin_is_unimplemented(reattach: dict[str, Any]) -> None:
    with grpc.insecure_channel(reattach["Addr"]["String"]) as channel:
        call = multicallable(channel, "stream_stream", "/plugin.GRPCBroker/StartStream")
        with pytest.raises(grpc.RpcError) as error:
            list(call(iter([b""]), timeout=30))
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_reattach_names_a_process_that_terraform_can_kill(reattach: dict[str, Any]) -> None:
    pid = reattach["Pid"]
    assert pid not in (os.getpid(), os.getppid())
    os.kill(pid, 0)
    assert reattach["Test"], "Terraform would shut the server down after the first command"


def test_server_leaves_no_process_or_socket() -> None:
    with serve({"a": Echo()}) as text:
        result = json.loads(text)["a"]
    with pytest.raises(ProcessLookupError):
        os.kill(result["Pid"], 0)
    with grpc.insecure_channel(result["Addr"]["String"]) as channel, pytest.raises(grpc.RpcError):
        ask(channel, "GetMetadata")
