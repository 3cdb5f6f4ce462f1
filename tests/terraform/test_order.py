"""Nothing is created before what it needs: read from the log of what happened."""

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


def test_everything_is_created_after_what_it_needs(applied: Applied, name: str) -> None:
    template = platforms()[name]
    moments = moments_by_address(applied(template))
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


def test_every_api_is_on_before_it_is_called(applied: Applied, name: str) -> None:
    moments = moments_by_address(applied(platforms()[name]))
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
