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


def test_every_source_is_a_bundle() -> None:
    assert sorted(folder.name for folder in BUNDLES.iterdir()) == SOURCES


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_input_gives_the_same_zip(source: str) -> None:
    assert zipped(source) == zipped(source)
    with zipfile.ZipFile(io.BytesIO(zipped(source))) as archive:
        members = archive.infolist()
    assert [one.filename for one in members] == sorted(one.filename for one in members)
    facts = {
        (one.date_time, one.compress_type, one.external_attr, one.create_system) for one in members
    }
    assert facts == {((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 0o644 << 16, 3)}


def test_dates_and_modes_of_the_sources_change_nothing(
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
def test_everything_is_in_the_folder_that_apigee_wants(source: str, top: str) -> None:
    paths = ours(source)
    assert {path.partition("/")[0] for path in paths} == {top}
    assert f"{top}/the-{source}.xml" in paths
    assert paths[f"{top}/the-{source}.xml"].get("name") == f"the-{source}"


def test_values_are_escaped() -> None:
    made = files(bundle("api", "a<&b", {**VALUES["api"], "target_host": 'x"<&>'}))
    assert texts(made, "URL") == ['https://x"<&>']


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="requests_per_second"):
        bundle("rate-limiting", "x", {})


# What Apigee refuses on import


@pytest.mark.parametrize("source", SOURCES)
def test_the_name_of_a_file_is_that_of_its_content(source: str) -> None:
    for path, root in ours(source).items():
        assert root.get("name") == path.rpartition("/")[2].removesuffix(".xml"), path


@pytest.mark.parametrize("source", SOURCES)
def test_every_step_is_a_policy_and_every_policy_a_step(source: str) -> None:
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
def test_no_policy_fails_open_or_is_switched_off(source: str) -> None:
    for name, root in policies(source).items():
        assert (root.get("continueOnError"), root.get("enabled")) == ("false", "true"), name


@pytest.mark.parametrize("source", SOURCES)
def test_conditions_read_variables_that_there_are(source: str) -> None:
    known = policies(source)
    for condition in texts(ours(source), "Condition"):
        for variable in variables(condition):
            match = VARIABLES.fullmatch(variable)
            assert match, variable
            assert match["key_policy"] in {None, *known}, variable


@pytest.mark.parametrize("source", SOURCES)
def test_references_lead_to_variables(source: str) -> None:
    known = policies(source)
    for root in known.values():
        for element in root.iter():
            for reference in (element.get("ref"), element.get("countRef")):
                match = VARIABLES.fullmatch(reference or "client.resolved.ip")
                assert match, reference
                assert match["policy"] in {None, *known}, reference


@pytest.mark.parametrize("condition", ["(a = ", "a", '(a = "b"', "a = b", 'a = "b" c', 'a ~ "b"'])
def test_a_slip_in_a_condition_is_seen(condition: str) -> None:
    with pytest.raises(AssertionError):
        list(variables(condition))


def test_routes_lead_to_targets_and_the_last_one_takes_the_rest() -> None:
    routes = list(ours("api")[PROXY].iter("RouteRule"))
    targets = {path.rpartition("/")[2] for path in ours("api") if "/targets/" in path}
    named = {f"{one.text}.xml" for route in routes for one in route.iter("TargetEndpoint")}
    assert named == targets == {"default.xml"}
    assert [route.find("Condition") is None for route in routes] == [False, True]


def test_the_shared_flow_is_the_one_that_its_descriptor_names() -> None:
    found = ours("rate-limiting")
    descriptor = found["sharedflowbundle/the-rate-limiting.xml"]
    [named] = [one.text for one in descriptor.iter("SharedFlow")]
    assert f"sharedflowbundle/sharedflows/{named}.xml" in found


def test_the_files_lie_where_the_stack_looks_for_them(tmp_path: Path) -> None:
    application(tmp_path)
    stack = tmp_path / "stacks" / "prod"
    resources = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8"))["resource"]
    proxy = resources["google_apigee_api"]["main"]
    flow = resources["google_apigee_sharedflow"]["rate_limiting"]
    for resource, top in ((proxy, "apiproxy"), (flow, "sharedflowbundle")):
        found = files((stack / resource["config_bundle"]).read_bytes())
        assert f"{top}/{resource['name']}.xml" in found
