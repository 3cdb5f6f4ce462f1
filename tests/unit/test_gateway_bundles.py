"""The bundles of the gateway: what Apigee would refuse, or run otherwise than it looks."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from constructs.gateway import bundle as module
from constructs.gateway.bundle import BUNDLES, bundle

from tests.template import application
from tests.unit.bundles import (
    ATTRIBUTES,
    POLICIES,
    PROXY,
    VALUES,
    VARIABLES,
    files,
    ours,
    policies,
    texts,
    variables,
    zipped,
)

SOURCES = sorted(VALUES)


# The zip file


def test_every_bundle_folder_is_used() -> None:
    assert sorted(folder.name for folder in BUNDLES.iterdir()) == SOURCES


@pytest.mark.parametrize("source", SOURCES)
def test_bundle_is_deterministic(source: str) -> None:
    assert zipped(source) == zipped(source)
    with zipfile.ZipFile(io.BytesIO(zipped(source))) as archive:
        members = archive.infolist()
    assert [member.filename for member in members] == sorted(member.filename for member in members)
    facts = {
        (member.date_time, member.compress_type, member.external_attr, member.create_system)
        for member in members
    }
    assert facts == {((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 0o644 << 16, 3)}


def test_bundle_ignores_dates_and_modes_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = zipped("api")
    for path in sorted(BUNDLES.rglob("*.xml"), reverse=True):
        copy = tmp_path / path.relative_to(BUNDLES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
        copy.chmod(0o600)
    monkeypatch.setattr(module, "BUNDLES", tmp_path)
    assert zipped("api") == before


@pytest.mark.parametrize(
    ("source", "top"), [("api", "apiproxy"), ("rate-limiting", "sharedflowbundle")]
)
def test_bundle_members_are_in_the_apigee_folder(source: str, top: str) -> None:
    paths = ours(source)
    assert {path.partition("/")[0] for path in paths} == {top}
    assert f"{top}/the-{source}.xml" in paths
    assert paths[f"{top}/the-{source}.xml"].get("name") == f"the-{source}"


def test_bundle_escapes_values_for_xml() -> None:
    made = files(bundle("api", "a<&b", {**VALUES["api"], "target_host": 'x"<&>'}))
    assert texts(made, "URL") == ['https://x"<&>']


def test_bundle_raises_key_error_when_a_value_is_missing() -> None:
    with pytest.raises(KeyError, match="requests_per_second"):
        bundle("rate-limiting", "x", {})


# What Apigee refuses on import


@pytest.mark.parametrize("source", SOURCES)
def test_policy_file_name_equals_the_policy_name(source: str) -> None:
    for path, root in ours(source).items():
        assert root.get("name") == path.rpartition("/")[2].removesuffix(".xml"), path


@pytest.mark.parametrize("source", SOURCES)
def test_every_policy_is_used_and_every_step_exists(source: str) -> None:
    steps = [step.findtext("Name") for root in ours(source).values() for step in root.iter("Step")]
    assert set(steps) == set(policies(source))


@pytest.mark.parametrize("source", SOURCES)
def test_policies_have_the_elements_of_their_type(source: str) -> None:
    for name, root in policies(source).items():
        assert set(root.keys()) <= ATTRIBUTES, name
        for place, known in POLICIES[root.tag].items():
            found = root.find(place) if place else root
            assert {child.tag for child in (found if found is not None else ())} <= known, name


@pytest.mark.parametrize("source", SOURCES)
def test_policies_are_enabled_and_do_not_continue_on_error(source: str) -> None:
    for name, root in policies(source).items():
        assert (root.get("continueOnError"), root.get("enabled")) == ("false", "true"), name


@pytest.mark.parametrize("source", SOURCES)
def test_conditions_read_existing_flow_variables(source: str) -> None:
    known = policies(source)
    for condition in texts(ours(source), "Condition"):
        for variable in variables(condition):
            match = VARIABLES.fullmatch(variable)
            assert match, variable
            assert match["key_policy"] in {None, *known}, variable


@pytest.mark.parametrize("source", SOURCES)
def test_references_name_existing_flow_variables(source: str) -> None:
    known = policies(source)
    for root in known.values():
        for element in root.iter():
            for reference in (element.get("ref"), element.get("countRef")):
                match = VARIABLES.fullmatch(reference or "client.resolved.ip")
                assert match, reference
                assert match["policy"] in {None, *known}, reference


@pytest.mark.parametrize("condition", ["(a = ", "a", '(a = "b"', "a = b", 'a = "b" c', 'a ~ "b"'])
def test_condition_check_detects_a_misspelled_variable(condition: str) -> None:
    with pytest.raises(AssertionError):
        list(variables(condition))


def test_routes_name_targets_and_the_last_route_is_the_default() -> None:
    routes = list(ours("api")[PROXY].iter("RouteRule"))
    targets = {path.rpartition("/")[2] for path in ours("api") if "/targets/" in path}
    named = {
        f"{target_endpoint.text}.xml"
        for route in routes
        for target_endpoint in route.iter("TargetEndpoint")
    }
    assert named == targets == {"default.xml"}
    assert [route.find("Condition") is None for route in routes] == [False, True]


def test_shared_flow_matches_its_descriptor() -> None:
    found = ours("rate-limiting")
    descriptor = found["sharedflowbundle/the-rate-limiting.xml"]
    [named] = [shared_flow.text for shared_flow in descriptor.iter("SharedFlow")]
    assert f"sharedflowbundle/sharedflows/{named}.xml" in found


def test_synthesized_stack_contains_the_bundles_that_it_names(tmp_path: Path) -> None:
    application(tmp_path)
    stack = tmp_path / "stacks" / "prod"
    resources = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8"))["resource"]
    proxy = resources["google_apigee_api"]["main"]
    flow = resources["google_apigee_sharedflow"]["rate_limiting"]
    for resource, top in ((proxy, "apiproxy"), (flow, "sharedflowbundle")):
        found = files((stack / resource["config_bundle"]).read_bytes())
        assert f"{top}/{resource['name']}.xml" in found
