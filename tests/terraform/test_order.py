"""Tests of the order of creation in the event log of the cloud."""

import json

import pytest

from tests.policy.test_order import before, edges
from tests.repetition import environments
from tests.template import enabler, platforms
from tests.terraform.conftest import Applied
from tests.terraform.workspace import Workspace


@pytest.fixture(params=environments())
def name(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


def test_resources_are_created_after_their_dependencies(applied: Applied, name: str) -> None:
    template = platforms()[name]
    moments = moments_by_address(applied(template))
    graph = edges(template)
    violations = [
        (address, dependency)
        for address in template.resources
        for dependency in before(graph, address)
        if moments.get(dependency, 0) > moments.get(address, float("inf"))
    ]
    assert violations == []
    assert len([address for address in moments if address.startswith("google_")]) == len(
        [address for address in template.resources if address.startswith("google_")]
    )


def test_apis_are_enabled_before_their_resources(applied: Applied, name: str) -> None:
    moments = moments_by_address(applied(platforms()[name]))
    for address, moment in moments.items():
        api = enabler(address)
        if api:
            assert moments[api] < moment, address


def moments_by_address(workspace: Workspace) -> dict[str, int]:
    """Return the number of the creation event of each resource, by address."""
    by_id = {
        (event.type, event.id): event.number
        for event in workspace.cloud.fake_cloud.events
        if event.action == "create"
    }
    state = json.loads(workspace.run("show", "-json").stdout)
    return {
        resource["address"]: by_id[resource["type"], resource["values"]["id"]]
        for resource in state["values"]["root_module"]["resources"]
        if (resource["type"], resource["values"]["id"]) in by_id
    }
