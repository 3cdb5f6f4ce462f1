"""gateway deploy and doctor under sequences of faults: done, or as before, or it says what is left;
and the same command again ends well.
"""

from pathlib import Path

import pytest

from offline.serve.apis.apigee import Apigee
from offline.serve.faults import KINDS, Fault, Kind, Script, sequence
from offline.serve.server import Server
from tests.operations import doctoring, gateway
from tests.operations.commandline import KILLED, CommandResult, Grid
from tests.operations.doctoring import findings
from tests.operations.gateway import PROXY
from tests.operations.platform import LocalGoogle
from tests.repetition import seeds

DEPLOY = "apigee.organizations.environments.apis.revisions.deploy"
CHANGES = "apigee.organizations.environments.apis.revisions.*deploy"
HERE = [kind for kind in KINDS if not kind.startswith("kill")]


def faults(seed: int, requests: int) -> list[Fault]:
    """Faults anywhere among the first requests, or at the changes among them, which are few."""
    drawn = sequence(seed, requests, HERE)
    if seed % 3 == 0:
        return drawn
    at_changes = sequence(seed, 3, ("operation", "operation", "lost", "503"))
    return [
        *(Fault(one.kind, one.at, CHANGES) for one in at_changes),
        *drawn[: seed % 3 - 1],
    ]


@pytest.fixture
def apigee(cloud: LocalGoogle, grid: Grid) -> Apigee:
    cloud.operations.takes = 1
    return gateway.set_up(cloud, grid.outputs)


def settled(server: Server, cloud: LocalGoogle) -> None:
    """End the faults, and what is on at Google."""
    server.faults = Script()
    cloud.operations.settle()


def check(result: CommandResult, apigee: Apigee, before: list[str]) -> None:
    """Assert what an exit code promises, also for a revision that fails its test."""
    assert result.code in {0, 1, 3}, result.stderr
    if result.code == 1:
        assert apigee.serving(PROXY) == before, result.stderr
    if result.code == 3:
        assert result.json["not_reverted"]


@pytest.mark.parametrize("seed", seeds(30))
def test_gateway_deploy_recovers_from_faults(
    grid: Grid, server: Server, cloud: LocalGoogle, apigee: Apigee, seed: int
) -> None:
    if seed % 5 == 0:
        apigee.deployments.clear()
    before = apigee.serving(PROXY)
    command = (*gateway.arguments(server), "--json")
    server.faults = Script(faults(seed, 12))
    result = grid(*command)
    settled(server, cloud)
    check(result, apigee, before)
    if result.code == 0:
        assert apigee.serving(PROXY) == ["2"]
    assert grid(*command).code == 0
    assert apigee.serving(PROXY) == ["2"]


@pytest.mark.parametrize("seed", seeds(20))
def test_gateway_deploy_restores_previous_revision_when_smoke_test_fails(
    grid: Grid, server: Server, cloud: LocalGoogle, apigee: Apigee, seed: int
) -> None:
    apigee.broken.add("2")
    if seed % 5 == 0:
        apigee.deployments.clear()
    before = apigee.serving(PROXY)
    command = (*gateway.arguments(server), "--json")
    server.faults = Script(faults(seed, 20))
    result = grid(*command)
    settled(server, cloud)
    assert result.code in {1, 3}
    check(result, apigee, before)
    assert grid(*command).code == 1
    assert apigee.serving(PROXY) == before


@pytest.mark.parametrize("seed", seeds(14))
def test_doctor_recovers_from_faults(
    grid: Grid,
    server: Server,
    cloud: LocalGoogle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    """Faults hide no finding: a check that could not be made says so, and ends with 5 too."""
    project = doctoring.set_up(cloud, grid, tmp_path, monkeypatch)
    if seed % 2:
        project.empty.add("grid-prod-openai-key")
    server.faults = Script(sequence(seed, 24, HERE))
    result = grid("doctor", "test", "--json")
    bad = [one["what"] for one in findings(result) if one["severity"] in {"error", "unknown"}]
    assert result.code == (5 if bad else 0)
    if seed % 2:
        assert {"secret grid-prod-openai-key", "secrets"} & set(bad)


@pytest.mark.parametrize(
    ("method", "kind", "at"),
    [
        pytest.param(DEPLOY, "kill", 1, marks=pytest.mark.slow),
        (DEPLOY, "kill-after", 1),
        pytest.param("*.deployments.list", "kill", 3, marks=pytest.mark.slow),
        pytest.param("*.getDeployments", "kill-after", 1, marks=pytest.mark.slow),
    ],
)
def test_killed_gateway_deploy_is_resumed(
    grid: Grid, server: Server, apigee: Apigee, method: str, kind: Kind, at: int
) -> None:
    killed, again = grid.through([Fault(kind, at, method)], *gateway.arguments(server))
    assert (killed.code, again.code) == (KILLED, 0)
    assert apigee.serving(PROXY) == ["2"]
