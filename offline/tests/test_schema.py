from pathlib import Path

import pytest

from offline.schema import bindings as schema_of_bindings
from offline.schema.bindings import Bindings, BindingsNotFoundError, bindings, cache_folder
from offline.schema.blocks import Marks, block_from_json, marked
from offline.schema.declarations import DeclarationError, Module


@pytest.fixture(scope="module")
def google() -> Bindings:
    return bindings("google")


def test_bindings_have_every_type_of_the_provider(google: Bindings) -> None:
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


def test_computed_blocks_are_attributes(google: Bindings) -> None:
    block = google.schemas(["google_sql_database_instance"], []).resources[
        "google_sql_database_instance"
    ]
    kind, element = block.attributes["ip_address"].type
    assert kind == "list"
    assert element == [
        "object",
        {"ip_address": "string", "time_to_retire": "string", "type": "string"},
    ]


def test_enums_of_the_api_are_kept(google: Bindings) -> None:
    block = google.schemas(["google_compute_subnetwork"], []).resources["google_compute_subnetwork"]
    assert block.attributes["stack_type"].enum == ("IPV4_ONLY", "IPV4_IPV6", "IPV6_ONLY")


def test_structs_in_other_files_are_read(google: Bindings) -> None:
    cluster = google.schemas(["google_container_cluster"], []).resources["google_container_cluster"]
    accelerator = cluster.blocks["node_config"].block.blocks["guest_accelerator"].block
    assert "count" in accelerator.attributes


def test_provider_configuration_has_a_schema(google: Bindings) -> None:
    provider = google.schemas([], []).provider
    assert {"project", "region", "zone", "credentials"} <= provider.attributes.keys()
    assert provider.attributes["default_labels"].type == ["map", "string"]
    assert provider.attributes["scopes"].type == ["list", "string"]
    assert provider.blocks["batching"].block.attributes["enable_batching"].type == "bool"
    assert "alias" not in provider.attributes


def test_data_source_and_resource_of_one_name_differ(google: Bindings) -> None:
    both = google.schemas(["google_project"], ["google_project"])
    assert both.resources["google_project"].attributes["project_id"].required
    assert both.data_sources["google_project"].attributes["project_id"].optional


def test_unknown_type_is_left_out(google: Bindings) -> None:
    assert google.schemas(["google_nope"], ["google_nope"]).resources == {}


def test_second_read_comes_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Bindings("cdktf_cdktf_provider_random", "random", cache=tmp_path).schemas()
    assert (next(tmp_path.iterdir()) / "resource" / "random_id.json").exists()
    monkeypatch.setattr("tarfile.open", None)
    again = Bindings("cdktf_cdktf_provider_random", "random", cache=tmp_path).schemas()
    assert again == first


def test_missing_package_is_an_error() -> None:
    with pytest.raises(BindingsNotFoundError, match="not installed"):
        Bindings("cdktf_cdktf_provider_nope", "nope")


@pytest.mark.parametrize("package", ["cdktf_cdktf_provider_random", "cdktn_provider_random"])
def test_bindings_are_those_of_the_installed_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str
) -> None:
    monkeypatch.setattr(schema_of_bindings, "_archive", tmp_path.joinpath)
    monkeypatch.setattr(schema_of_bindings, "_is_installed", {package}.__contains__)
    bindings.cache_clear()
    try:
        assert bindings("random")._archive == tmp_path / package
    finally:
        bindings.cache_clear()


@pytest.mark.parametrize("core", ["cdktf", "cdktn"])
def test_resource_of_each_core_has_its_attributes(core: str) -> None:
    text = (
        f"export class A extends {core}.TerraformResource {{\n"
        "  // labels - computed: false, optional: true, required: false\n"
        f'  private _labels = new {core}.StringMap(this, "labels");\n'
        "  public get labels() {\n    return this._labels;\n  }\n}\n"
    )
    assert Module(text).schema()["attributes"]["labels"]["type"] == ["map", "string"]


def test_package_without_archive_is_an_error() -> None:
    with pytest.raises(BindingsNotFoundError, match="0 archives"):
        Bindings("pytest", "pytest")


@pytest.mark.parametrize(
    ("text", "message"),
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
def test_bindings_of_another_generator_are_an_error(text: str, message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        Module(text).schema()


def test_marks_apply_to_nested_blocks() -> None:
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


def test_cache_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "offline" / "schema"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "offline" / "schema"


def test_cache_folder_that_cannot_be_written_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("a file where a folder is expected, which root cannot write to either")
    found = Bindings("cdktf_cdktf_provider_random", "random", cache=file).schemas(["random_id"], [])
    assert set(found.resources) == {"random_id"}
    assert file.is_file()
