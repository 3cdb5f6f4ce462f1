"""`grid gateway deploy`: the revision that is tested serves, or the one before."""

import json

import pytest

from tests.operations import gateway
from tests.operations.commandline import KILLED, Grid
from tests.operations.gateway import PROXY
from tests.operations.google.apigee import Apigee
from tests.operations.google.faults import Fault, Script
from tests.operations.google.server import Server
from tests.operations.platform import LocalGoogle

DEPLOY = "apigee.organizations.environments.apis.revisions.deploy"


@pytest.fixture
def apigee(cloud: LocalGoogle, server: Server, grid: Grid) -> Apigee:
    return gateway.set_up(cloud, server, grid.outputs)


def test_the_newest_revision_serves(grid: Grid, server: Server, apigee: Apigee) -> None:
    ended = grid(*gateway.arguments(server), "--json")
    assert (ended.code, ended.json["result"]) == (0, {"revision": "2", "before": "1"})
    assert apigee.serving(PROXY) == ["2"]


def test_nothing_is_done_twice(grid: Grid, server: Server, apigee: Apigee) -> None:
    assert grid(*gateway.arguments(server)).code == 0
    assert grid(*gateway.arguments(server)).code == 0
    assert server.count(DEPLOY) == 1
    assert apigee.serving(PROXY) == ["2"]


@pytest.mark.parametrize("before", ["1", ""])
def test_what_fails_its_test_does_not_stay(
    grid: Grid, server: Server, apigee: Apigee, before: str
) -> None:
    apigee.broken.add("2")
    if not before:
        apigee.deployments.clear()
    ended = grid(*gateway.arguments(server), "--json")
    assert (ended.code, ended.json["outcome"]) == (1, "as before")
    assert "503 no healthy revision" in ended.json["error"]
    assert "".join(apigee.serving(PROXY)) == before


def test_what_is_not_deployed_well_does_not_stay(
    grid: Grid, server: Server, apigee: Apigee
) -> None:
    server.faults.add(Fault("operation", methods=DEPLOY))
    ended = grid(*gateway.arguments(server), "--json")
    assert (ended.code, ended.json["outcome"]) == (1, "as before")
    assert "revision 2 cannot be deployed: internal error" in ended.json["error"]
    assert apigee.serving(PROXY) == ["1"]


def test_a_killed_deployment_is_taken_up(grid: Grid, server: Server, apigee: Apigee) -> None:
    """The second run finds the revision deployed, and still knows which one to return to."""
    apigee.broken.add("2")
    server.faults = Script([Fault("kill-after", methods=DEPLOY)])
    assert grid.mortal(*gateway.arguments(server)).code == KILLED
    server.faults = Script()
    assert grid(*gateway.arguments(server)).code == 1
    assert apigee.serving(PROXY) == ["1"]


def test_a_revision_can_be_named(grid: Grid, server: Server, apigee: Apigee) -> None:
    assert grid(*gateway.arguments(server)).code == 0
    assert grid(*gateway.arguments(server), "--revision=1").code == 0
    assert apigee.serving(PROXY) == ["1"]
    ended = grid(*gateway.arguments(server), "--revision=7", "--json")
    assert ended.code == 2
    assert "has no revision 7; it has 1, 2" in ended.json["error"]


def test_an_environment_without_a_gateway_is_told(grid: Grid, server: Server) -> None:
    ended = grid(*gateway.arguments(server), "--json")
    assert (ended.code, ended.json["error"]) == (2, "test has no gateway")


@pytest.mark.usefixtures("apigee")
def test_the_outputs_of_the_gateway_are_read(grid: Grid, server: Server) -> None:
    shown = json.loads(grid.outputs.read_text("utf-8"))
    del shown["gateway"]["value"]["host"]
    grid.outputs.write_text(json.dumps(shown), encoding="utf-8")
    ended = grid(*gateway.arguments(server), "--json")
    assert "gateway.host: field required" in ended.json["error"]
