"""`grid status`."""

import pytest

from tests.operations.commandline import KILLED, Grid
from tests.operations.google.faults import Fault, Kind
from tests.operations.google.run import HELLO
from tests.operations.google.server import Server
from tests.operations.platform import REGIONS, LocalGoogle, service_name


def test_every_service_is_shown_with_its_revision(grid: Grid, cloud: LocalGoogle) -> None:
    ended = grid("status", "test", "--json")
    assert ended.code == 0
    services = ended.json["result"]["services"]
    assert [(one["service"], one["region"]) for one in services] == [
        (service, region) for service in ("api", "auth") for region in REGIONS
    ]
    for one in services:
        (target,) = one["targets"]
        ready = cloud.run.services[one["name"]]["latestReadyRevision"]
        assert target["revision"] == one["latest_ready"] == ready.rpartition("/")[2]
        assert (target["percent"], target["image"], target["latest"]) == (100, HELLO, True)
        assert target["ready"]


def test_a_person_sees_a_table(grid: Grid) -> None:
    ended = grid("status", "test")
    assert ended.code == 0
    assert ended.stdout.count("us-east1") == 2
    assert "100 %" in ended.stdout


def test_a_service_that_is_gone_is_named(grid: Grid, cloud: LocalGoogle) -> None:
    gone = service_name("auth", "us-east1")
    del cloud.run.services[gone]
    ended = grid("status", "test", "--json")
    assert ended.code == 1
    assert gone in ended.json["error"]
    assert ended.json["outcome"] == "as before"


def test_faults_of_google_are_waited_out(grid: Grid, server: Server) -> None:
    kinds: list[Kind] = ["429", "503", "hang", "lost"]
    for at, kind in enumerate(kinds, start=1):
        server.faults.add(Fault(kind, at))
    assert grid("status", "test").code == 0
    assert [fault.kind for fault in server.faults.happened] == kinds


def test_a_google_that_stays_away_is_told(grid: Grid, server: Server) -> None:
    for at in range(1, 10):
        server.faults.add(Fault("503", at))
    ended = grid("status", "test", "--json")
    assert ended.code == 1
    assert "503" in ended.json["error"]
    assert "(6 times)" in ended.json["error"]


@pytest.mark.parametrize("kind", ["kill", "kill-after"])
def test_a_killed_command_can_be_run_again(grid: Grid, kind: Kind) -> None:
    killed, again = grid.through([Fault(kind, 2)], "status", "test")
    assert (killed.code, again.code) == (KILLED, 0)


def test_a_mistake_of_grid_is_told_in_json_too(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.release.cloud_run.everything", lambda *_: 1 / 0)
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["outcome"]) == (1, "as before")
    assert "ZeroDivisionError" in ended.json["error"]
    assert "Traceback" in ended.stderr
