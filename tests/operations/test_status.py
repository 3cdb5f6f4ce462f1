"""`grid status`."""

import pytest

from offline.serve.apis.run import HELLO
from offline.serve.errors import ApiError
from offline.serve.faults import Fault, Kind
from offline.serve.request import Request
from offline.serve.server import Server
from offline.serve.store import Resource
from tests.operations.commandline import KILLED, Grid
from tests.operations.platform import REGIONS, LocalGoogle, service_name


def test_status_lists_every_service_with_revision(grid: Grid, cloud: LocalGoogle) -> None:
    result = grid("status", "test", "--json")
    assert result.code == 0
    services = result.json["result"]["services"]
    assert [(one["service"], one["region"]) for one in services] == [
        (service, region) for service in ("api", "auth") for region in REGIONS
    ]
    for one in services:
        (target,) = one["targets"]
        ready = cloud.run.services[one["name"]]["latestReadyRevision"]
        assert target["revision"] == one["latest_ready"] == ready.rpartition("/")[2]
        assert (target["percent"], target["image"], target["latest"]) == (100, HELLO, True)
        assert target["ready"]


def test_status_prints_table(grid: Grid) -> None:
    result = grid("status", "test")
    assert result.code == 0
    assert result.stdout.count("us-east1") == 2
    assert "100 %" in result.stdout


@pytest.mark.parametrize("is_terminal", [False, True])
def test_status_folds_no_name(
    grid: Grid, cloud: LocalGoogle, monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    """Neither in a pipeline nor in a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1" if is_terminal else "")
    name = service_name("api", REGIONS[0])
    latest = cloud.run.services[name]["latestReadyRevision"].rpartition("/")[2]
    row = next(line for line in grid("status", "test").stdout.splitlines() if latest in line)
    assert HELLO in row


def test_status_names_deleted_service(grid: Grid, cloud: LocalGoogle) -> None:
    gone = service_name("auth", "us-east1")
    del cloud.run.services[gone]
    result = grid("status", "test", "--json")
    assert result.code == 1
    assert gone in result.json["error"]
    assert result.json["outcome"] == "failed"


def test_success_and_failure_have_one_shape(grid: Grid, cloud: LocalGoogle) -> None:
    succeeded = grid("status", "test", "--json").json
    del cloud.run.services[service_name("auth", "us-east1")]
    failed = grid("status", "test", "--json").json
    assert list(succeeded) == list(failed)
    assert (succeeded["schema_version"], succeeded["error"], succeeded["advice"]) == (2, "", "")


def test_status_retries_after_faults(grid: Grid, server: Server) -> None:
    kinds: list[Kind] = ["429", "503", "hang", "lost"]
    for at, kind in enumerate(kinds, start=1):
        server.faults.add(Fault(kind, 2 * at))
    assert grid("status", "test").code == 0
    assert [fault.kind for fault in server.faults.happened] == kinds


def test_status_fails_when_google_is_unreachable(grid: Grid, server: Server) -> None:
    for at in range(1, 40):
        server.faults.add(Fault("503", at))
    result = grid("status", "test", "--json")
    assert result.code == 1
    assert "4 of 4 services cannot be read" in result.json["error"]
    assert "(3 times)" in result.json["error"]


def test_status_shows_other_services_when_a_region_does_not_answer(
    grid: Grid, cloud: LocalGoogle
) -> None:
    def unavailable(request: Request) -> Resource:
        if "us-east1" in request.path:
            raise ApiError(503, "The service is currently unavailable.", "backendError")
        return cloud.find("run", request.path)

    cloud.answers("run.projects.locations.services.get", unavailable)
    result = grid("status", "test", "--json")
    assert result.code == 1
    assert {each["region"] for each in result.json["result"]["services"]} == {"us-central1"}
    assert {each["region"] for each in result.json["result"]["unreadable"]} == {"us-east1"}


@pytest.mark.parametrize("kind", ["kill", "kill-after"])
def test_status_succeeds_after_killed_run(grid: Grid, kind: Kind) -> None:
    killed, again = grid.through([Fault(kind, 2)], "status", "test")
    assert (killed.code, again.code) == (KILLED, 0)


def test_internal_error_is_reported_in_json(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.release.cloud_run.read_service", lambda *_: 1 / 0)
    result = grid("status", "test", "--json")
    assert (result.code, result.json["outcome"]) == (1, "failed")
    assert "ZeroDivisionError" in result.json["error"]
    assert "Traceback" in result.stderr
