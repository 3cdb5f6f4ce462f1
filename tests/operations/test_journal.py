"""What a run finds in the journal of the one before."""

import json
import os
from typing import Any

import pytest

from operations import cli
from operations.core.errors import FailedError
from operations.core.journal import read
from operations.core.runtime import Runtime
from operations.core.session import WriteContext
from tests.operations.commandline import Clock, Grid
from tests.operations.worlds import World


def test_journal_keeps_unfinished_steps_after_failed_run(grid: Grid, world: World) -> None:
    def killed(session: WriteContext) -> None:
        session.journal.note("before", "revision-1")
        world.step(session, "a")
        raise SystemExit(9)

    found = []
    world.act = killed
    grid("status", "test")
    world.act = lambda _: world.fail(FailedError("no network", advice="run the command again"))()
    assert grid("status", "test").code == 1
    world.act = lambda session: found.append(session.journal.unfinished)
    assert grid("status", "test").code == 0
    assert [(one.notes, one.steps) for one in found if one] == [
        ({"before": "revision-1"}, frozenset({"a"}))
    ]


def test_unwritable_journal_stops_command(grid: Grid, world: World) -> None:
    grid.folder.parent.mkdir(exist_ok=True)
    grid.folder.touch()
    world.act = lambda session: world.step(session, "a")
    result = grid("status", "test", "--json")
    assert (result.code, world.things) == (2, [])
    assert str(grid.folder) in result.json["error"]
    assert "GRID_FOLDER" in result.json["advice"]


def test_run_resumes_steps_of_killed_run(grid: Grid, world: World) -> None:
    def killed(session: WriteContext) -> None:
        session.journal.note("before", "revision-1")
        world.step(session, "a")
        raise SystemExit(9)  # as good as killed: nothing of grid sees it

    def again(session: WriteContext) -> None:
        earlier = session.journal.unfinished
        assert earlier is not None
        assert earlier.notes == {"before": "revision-1"}
        world.step(session, "a")
        raise FailedError("the smoke test failed", advice="run the command again")

    world.act = killed
    assert grid("status", "test").code == 9
    assert world.things == ["a"]
    world.act = again
    assert grid("status", "test").code == 1
    assert world.things == []


def test_run_does_not_resume_completed_run(grid: Grid, world: World) -> None:
    unfinished = []

    def act(session: WriteContext) -> None:
        unfinished.append(session.journal.unfinished)
        session.journal.note("before", "revision-1")
        world.step(session, "a")

    world.act = act
    assert [grid("status", "test").code for _ in range(2)] == [0, 0]
    assert unfinished == [None, None]


def test_second_change_of_environment_is_blocked(grid: Grid, world: World) -> None:
    inner: list[Any] = []

    def act(_: WriteContext) -> None:
        world.act = lambda _: None
        inner.append(grid("status", "test", "--json"))

    world.act = act
    assert grid("status", "test").code == 0
    (result,) = inner
    assert result.code == 4
    assert f"grid status, process {os.getpid()}" in result.json["error"]


@pytest.mark.parametrize(
    "line",
    [
        *("5", "[]", "{}", '{"event": "begin"}', '{"event": 1}', "\\x00"),
        '{"event": "begin", "run": 1, "at": 2, "what": []}',
        '{"event": "note", "run": "r", "at": "t", "what": "n"}',
    ],
)
def test_odd_line_in_a_journal_stops_no_command(grid: Grid, world: World, line: str) -> None:
    world.act = lambda session: world.step(session, "a")
    assert grid("status", "test").code == 0
    file = grid.folder / "journal" / "test" / "status.jsonl"
    file.write_text(f"{line}\n{file.read_text('utf-8')}{line}\n", encoding="utf-8")
    assert grid("status", "test").code == 0
    assert grid.bare("journal", "test").code == 0


def test_journal_ignores_truncated_line(grid: Grid, world: World) -> None:
    def killed(session: WriteContext) -> None:
        world.step(session, "a")
        raise SystemExit(9)

    world.act = killed
    grid("status", "test")
    file = grid.folder / "journal" / "test" / "status.jsonl"
    file.write_bytes(file.read_bytes() + b'{"run": "x", "ev')
    taken_up = []
    world.act = lambda session: taken_up.append(session.journal.unfinished)
    assert grid("status", "test").code == 0
    assert [one.steps for one in taken_up if one] == [{"a"}]
    assert [(one["event"], one["what"]) for one in read(file)][-2:] == [
        ("start", "status"),
        ("end", "succeeded"),
    ]


def test_journal_command_lists_entries(
    grid: Grid, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.act = lambda session: world.step(session, "a")
    grid("status", "test")
    runtime = Runtime(clock=Clock(), folder=grid.folder)
    assert cli.main(["journal", "test", "--json"], runtime) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["outcome"], shown["not_reverted"]) == ("succeeded", [])
    entries = shown["result"]["entries"]
    assert [(one["command"], one["event"]) for one in entries] == [
        ("status", event) for event in ("start", "begin", "done", "end")
    ]
