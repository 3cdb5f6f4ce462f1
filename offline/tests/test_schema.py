from pathlib import Path

import pytest

from offline.schema.bindings import Bindings, BindingsNotFoundError, bindings
from offline.schema.blocks import Marks, block_from_json, marked
from offline.schema.declarations import DeclarationError, Module


@pytest.fixture(scope="module")
def google() -> Bindings:
    return bindings("google")


def test_every_type_of_the_provider_is_there(google: Bindings) -> None:
    assert len(google.names["resource"]) == 1096
    assert len(google.names["data"]) == 373
    assert bindings("random").names == {
        "resource": {
            "random_bytes",
            "random_id",
            "random_integer",
            "random_password",
            "random_pet",
            "random_shuffle",
            "random_string",
            "random_uuid",
        },
        "data": set(),
    }


def test_attributes_have_type_and_flags(google: Bindings) -> None:
    block = google.schemas(["google_compute_subnetwork"], []).resources["google_compute_subnetwork"]
    name, region, gateway = (block.attributes[key] for key in ("name", "region", "gateway_address"))
    assert (name.type, name.required, name.optional, name.computed) == (
        "string",
        True,
        False,
        False,
    )
    assert (region.required, region.optional, region.computed) == (False, True, True)
    assert (gateway.settable, gateway.computed) == (False, True)
    assert block.attributes["private_ip_google_access"].type == "bool"
    log = block.blocks["log_config"]
    assert (log.nesting, log.max_items, log.computed) == ("list", 1, False)
    assert log.block.attributes["flow_sampling"].type == "number"
    assert log.block.attributes["metadata_fields"].type == ["set", "string"]
    assert block.blocks["timeouts"].nesting == "single"


def test_blocks_have_their_nesting(google: Bindings) -> None:
    types = [
        "google_compute_backend_service",
        "google_secret_manager_secret",
        "google_dns_managed_zone",
    ]
    schemas = google.schemas(types, []).resources
    assert schemas[types[0]].blocks["backend"].nesting == "set"
    replication = schemas[types[1]].blocks["replication"]
    assert (replication.min_items, replication.max_items) == (1, 1)
    assert schemas[types[1]].attributes["labels"].type == ["map", "string"]
    networks = schemas[types[2]].blocks["private_visibility_config"].block.blocks["networks"]
    assert networks.nesting == "set"


def test_what_only_the_provider_fills_in_is_an_attribute(google: Bindings) -> None:
    block = google.schemas(["google_sql_database_instance"], []).resources[
        "google_sql_database_instance"
    ]
    kind, element = block.attributes["ip_address"].type
    assert kind == "list"
    assert element == [
        "object",
        {"ip_address": "string", "time_to_retire": "string", "type": "string"},
    ]


def test_the_api_s_own_lists_of_values_are_kept(google: Bindings) -> None:
    block = google.schemas(["google_compute_subnetwork"], []).resources["google_compute_subnetwork"]
    assert block.attributes["stack_type"].enum == ("IPV4_ONLY", "IPV4_IPV6", "IPV6_ONLY")


def test_a_module_whose_structs_lie_in_other_files(google: Bindings) -> None:
    cluster = google.schemas(["google_container_cluster"], []).resources["google_container_cluster"]
    accelerator = cluster.blocks["node_config"].block.blocks["guest_accelerator"].block
    assert "count" in accelerator.attributes


def test_the_provider_s_own_configuration(google: Bindings) -> None:
    provider = google.schemas([], []).provider
    assert {"project", "region", "zone", "credentials"} <= provider.attributes.keys()
    assert provider.attributes["default_labels"].type == ["map", "string"]
    assert provider.attributes["scopes"].type == ["list", "string"]
    assert provider.blocks["batching"].block.attributes["enable_batching"].type == "bool"
    assert "alias" not in provider.attributes


def test_data_sources_and_resources_of_one_name_are_apart(google: Bindings) -> None:
    both = google.schemas(["google_project"], ["google_project"])
    assert both.resources["google_project"].attributes["project_id"].required
    assert both.data_sources["google_project"].attributes["project_id"].optional


def test_a_type_that_does_not_exist_is_left_out(google: Bindings) -> None:
    assert google.schemas(["google_nope"], ["google_nope"]).resources == {}


def test_the_second_time_it_comes_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Bindings("cdktf_cdktf_provider_random", "random", cache=tmp_path).schemas()
    assert (next(tmp_path.iterdir()) / "resource" / "random_id.json").exists()
    monkeypatch.setattr("tarfile.open", None)
    again = Bindings("cdktf_cdktf_provider_random", "random", cache=tmp_path).schemas()
    assert again == first


def test_a_package_that_is_not_installed() -> None:
    with pytest.raises(BindingsNotFoundError, match="not installed"):
        Bindings("cdktf_cdktf_provider_nope", "nope")


def test_a_package_without_an_archive() -> None:
    with pytest.raises(BindingsNotFoundError, match="0 archives"):
        Bindings("pytest", "pytest")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("export interface A {\n}", "no resource"),
        (
            "export class A extends cdktf.TerraformResource {\n"
            "  // a - computed: true, optional: false, required: false\n"
            "  public get a() {\n    return 1;\n  }\n}",
            "a: unknown form",
        ),
    ],
)
def test_bindings_of_another_generator_are_refused(text: str, words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        Module(text).schema()


def test_marks_reach_nested_blocks() -> None:
    block = block_from_json(
        {
            "attributes": {"a": {"type": "string", "optional": True}},
            "block_types": {
                "b": {
                    "nesting_mode": "list",
                    "block": {"attributes": {"a": {"type": "string", "optional": True}}},
                }
            },
        }
    )
    changed = marked(block, Marks(frozenset({"b.a"}), frozenset({"a"}), frozenset({"b"})))
    assert changed.attributes["a"].write_only
    assert not changed.attributes["a"].sensitive
    assert changed.blocks["b"].block.attributes["a"].sensitive
    assert changed.blocks["b"].computed
