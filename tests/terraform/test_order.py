"""Nothing is created before what it needs: read from the log of what happened."""

import json

import pytest

from environments import load
from tests.policy.test_order import before, edges
from tests.template import enabler, platforms
from tests.terraform.workspace import Workspace

NAMES = sorted(load())


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


def test_everything_is_created_after_what_it_needs(workspace: Workspace, name: str) -> None:
    template = platforms()[name]
    workspace.write(template)
    workspace.run("init")
    workspace.apply()
    moments = moments_by_address(workspace)
    graph = edges(template)
    wrong = [
        (address, needed)
        for address in template.resources
        for needed in before(graph, address)
        if moments.get(needed, 0) > moments.get(address, float("inf"))
    ]
    assert wrong == []
    assert len([address for address in moments if address.startswith("google_")]) == len(
        [address for address in template.resources if address.startswith("google_")]
    )


def test_every_api_is_on_before_it_is_called(workspace: Workspace, name: str) -> None:
    workspace.write(platforms()[name])
    workspace.run("init")
    workspace.apply()
    moments = moments_by_address(workspace)
    for address, moment in moments.items():
        needed = enabler(address)
        if needed:
            assert moments[needed] < moment, address


def moments_by_address(workspace: Workspace) -> dict[str, int]:
    """When each resource was created, by Terraform address."""
    by_id = {
        (event.type, event.id): event.number
        for event in workspace.cloud.world.events
        if event.action == "create"
    }
    shown = json.loads(workspace.run("show", "-json").stdout)
    return {
        one["address"]: by_id[one["type"], one["values"]["id"]]
        for one in shown["values"]["root_module"]["resources"]
        if (one["type"], one["values"]["id"]) in by_id
    }
