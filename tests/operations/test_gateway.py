"""`grid gateway deploy`: the revision that is tested serves, or the one before."""

import json

import pytest

from offline.serve.apis.apigee import Apigee
from offline.serve.faults import Fault, Script
from offline.serve.server import Server
from operations.core import lease
from tests.operations import gateway
from tests.operations.commandline import KILLED, Grid
from tests.operations.gateway import PROXY
from tests.operations.platform import PROJECT, LocalGoogle

DEPLOY = "apigee.organizations.environments.apis.revisions.deploy"


@pytest.fixture
def apigee(cloud: LocalGoogle, grid: Grid) -> Apigee:
    return gateway.set_up(cloud, grid.outputs)


def test_gateway_deploy_serves_newest_revision(grid: Grid, server: Server, apigee: Apigee) -> None:
    result = grid(*gateway.arguments(server), "--json")
    assert (result.code, result.json["result"]) == (0, {"revision": "2", "before": "1"})
    assert apigee.serving(PROXY) == ["2"]


def test_repeated_gateway_deploy_changes_nothing(
    grid: Grid, server: Server, apigee: Apigee
) -> None:
    assert grid(*gateway.arguments(server)).code == 0
    assert grid(*gateway.arguments(server)).code == 0
    assert server.count(DEPLOY) == 1
    assert apigee.serving(PROXY) == ["2"]


@pytest.mark.parametrize("before", ["1", ""])
def test_gateway_deploy_is_reverted_when_smoke_test_fails(
    grid: Grid, server: Server, apigee: Apigee, before: str
) -> None:
    apigee.broken.add("2")
    if not before:
        apigee.deployments.clear()
    result = grid(*gateway.arguments(server), "--json")
    assert (result.code, result.json["outcome"]) == (1, "failed")
    assert "503 no healthy revision" in result.json["error"]
    assert "".join(apigee.serving(PROXY)) == before


def test_gateway_deploy_is_reverted_when_deployment_fails(
    grid: Grid, server: Server, apigee: Apigee
) -> None:
    server.faults.add(Fault("operation", methods=DEPLOY))
    result = grid(*gateway.arguments(server), "--json")
    assert (result.code, result.json["outcome"]) == (1, "failed")
    assert "revision 2 cannot be deployed: internal error" in result.json["error"]
    assert apigee.serving(PROXY) == ["1"]


def test_killed_gateway_deploy_is_resumed(grid: Grid, server: Server, apigee: Apigee) -> None:
    """The second run finds the revision deployed, and still knows which one to return to."""
    apigee.broken.add("2")
    server.faults = Script([Fault("kill-after", methods=DEPLOY)])
    assert grid.mortal(*gateway.arguments(server)).code == KILLED
    server.faults = Script()
    assert grid(*gateway.arguments(server)).code == 1
    assert apigee.serving(PROXY) == ["1"]


@pytest.fixture
def other(grid: Grid, server: Server) -> Grid:
    """Another checkout, on another machine."""
    return Grid(server, grid.folder.with_name("other"), grid.outputs)


def kill(grid: Grid, server: Server, cloud: LocalGoogle) -> None:
    """Kill a deployment of revision 2 after its request, and let its lease expire."""
    server.faults = Script([Fault("kill-after", methods=DEPLOY)])
    assert grid.mortal(*gateway.arguments(server)).code == KILLED
    server.faults = Script()
    cloud.wait(lease.SECONDS + 1)


def test_killed_gateway_deploy_is_resumed_on_another_machine(
    grid: Grid, other: Grid, server: Server, apigee: Apigee, cloud: LocalGoogle
) -> None:
    apigee.broken.add("2")
    kill(grid, server, cloud)
    assert other(*gateway.arguments(server)).code == 1
    assert apigee.serving(PROXY) == ["1"]


@pytest.mark.parametrize("later", [("3",), ("3", "2")])
def test_gateway_deploy_ignores_what_it_knew_before_another_machine_deployed(
    grid: Grid,
    other: Grid,
    server: Server,
    apigee: Apigee,
    cloud: LocalGoogle,
    later: tuple[str, ...],
) -> None:
    """The killed run replaced revision 1. That is no reason to return to it."""
    proxy = cloud.store.resources["apigee", f"organizations/{PROJECT}/apis/grid-test-api"]
    proxy["revision"].append("3")
    kill(grid, server, cloud)
    for revision in ("2", *later):
        assert other(*gateway.arguments(server), f"--revision={revision}").code == 0
    apigee.broken.add("2")
    assert grid(*gateway.arguments(server), "--revision=2").code == 1
    assert apigee.serving(PROXY) == [later[-1]]


def test_failed_gateway_deploy_does_not_return_to_untested_revision(
    grid: Grid, server: Server, apigee: Apigee, cloud: LocalGoogle
) -> None:
    proxy = cloud.store.resources["apigee", f"organizations/{PROJECT}/apis/grid-test-api"]
    proxy["revision"].append("3")
    kill(grid, server, cloud)
    apigee.broken.add("3")
    assert grid(*gateway.arguments(server), "--revision=3").code == 1
    assert apigee.serving(PROXY) == ["1"]


@pytest.mark.parametrize("state", ["succeeded", "reverted"])
def test_gateway_deploy_is_recorded(grid: Grid, server: Server, apigee: Apigee, state: str) -> None:
    if state == "reverted":
        apigee.broken.add("2")
    grid(*gateway.arguments(server))
    (record,) = grid.bare("releases", "test", "--json").json["result"]["releases"]
    assert (record["command"], record["state"]) == ("gateway deploy", state)
    (place,) = record["places"]
    assert (place["before"]["revision"], place["after"]) == ("1", "2")
    assert grid("status", "test", "--json").json["result"]["last_release"] is None
    assert grid("rollback", "test", f"--release={record['id']}").code == 2


def test_gateway_deploy_serves_named_revision(grid: Grid, server: Server, apigee: Apigee) -> None:
    assert grid(*gateway.arguments(server)).code == 0
    assert grid(*gateway.arguments(server), "--revision=1").code == 0
    assert apigee.serving(PROXY) == ["1"]
    result = grid(*gateway.arguments(server), "--revision=7", "--json")
    assert result.code == 2
    assert "has no revision 7; it has 1, 2" in result.json["error"]


def test_gateway_deploy_fails_without_gateway(grid: Grid, server: Server) -> None:
    result = grid(*gateway.arguments(server), "--json")
    assert (result.code, result.json["error"]) == (2, "test has no gateway")


@pytest.mark.usefixtures("apigee")
def test_gateway_output_is_read(grid: Grid, server: Server) -> None:
    shown = json.loads(grid.outputs.read_text("utf-8"))
    del shown["gateway"]["value"]["host"]
    grid.outputs.write_text(json.dumps(shown), encoding="utf-8")
    result = grid(*gateway.arguments(server), "--json")
    assert "gateway.host: field required" in result.json["error"]
