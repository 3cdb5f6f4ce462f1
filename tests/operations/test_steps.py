"""The steps of a command, the journal, and how a command ends."""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
import typer

from operations import cli
from operations.errors import FailedError, RefusedError, StillRunningError
from operations.journal import read
from operations.machine import Machine
from operations.options import AsJson, Environment, Outputs, application
from operations.session import Changing, changing
from tests.operations.commandline import Clock, Grid


class World:
    """Things that a command makes, and what it is to do."""

    def __init__(self) -> None:
        self.things: list[str] = []
        self.act: Callable[[Changing], None] = lambda _: None

    def step(self, session: Changing, name: str, *, undo: bool = True) -> None:
        """Make one thing in a step."""
        session.steps.step(
            name,
            look=lambda: name if name in self.things else None,
            change=lambda: self.things.append(name),
            undo=(lambda: self.things.remove(name)) if undo else None,
        )

    def fail(self, error: BaseException) -> Callable[[], None]:
        """A change that fails."""

        def change() -> None:
            raise error

        return change


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Let `grid status` make things."""
    made, app = World(), application()

    @app.command()
    def status(
        context: typer.Context,
        environment: Environment,
        outputs: Outputs = None,
        as_json: AsJson = False,
    ) -> None:
        with changing(context, environment, outputs=outputs, as_json=as_json) as session:
            made.act(session)

    monkeypatch.setattr("operations.commands.status.app", app)
    return made


def journal(grid: Grid) -> list[tuple[str, str]]:
    lines = (grid.folder / "journal" / "test" / "status.jsonl").read_text("utf-8").splitlines()
    return [(one["event"], one["what"]) for one in map(json.loads, lines)]


def test_steps_are_done_and_written_down(grid: Grid, world: World) -> None:
    def act(session: Changing) -> None:
        world.step(session, "a")
        world.step(session, "b")

    world.act = act
    assert grid("status", "test").code == 0
    assert world.things == ["a", "b"]
    assert journal(grid) == [
        *(("start", "status"), ("begin", "a"), ("done", "a")),
        *(("begin", "b"), ("done", "b"), ("end", "done")),
    ]


def test_a_failure_takes_back_what_was_done(grid: Grid, world: World) -> None:
    def act(session: Changing) -> None:
        world.step(session, "a")
        session.steps.step("b", look=lambda: None, change=world.fail(FailedError("no room")))

    world.act = act
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["outcome"], ended.json["left"]) == (1, "as before", [])
    assert ended.json["error"] == "no room"
    assert world.things == []
    assert journal(grid)[-3:] == [("undone", "b"), ("undone", "a"), ("end", "as before")]


def test_what_cannot_be_taken_back_is_named(grid: Grid, world: World) -> None:
    def act(session: Changing) -> None:
        world.step(session, "a", undo=False)
        raise FailedError("no room")

    world.act = act
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["left"]) == (3, ["a: done, and stays"])
    assert ended.json["advice"]
    assert "left: a: done, and stays" in ended.stderr


def test_what_still_runs_is_left(grid: Grid, world: World) -> None:
    error = StillRunningError("operation 7 is still running")
    world.act = lambda session: session.steps.step("a", look=lambda: None, change=world.fail(error))
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["left"]) == (3, ["a: may still be running"])
    assert "operation 7" in ended.json["error"]


def test_a_failing_undo_is_named_and_the_others_go_on(grid: Grid, world: World) -> None:
    def act(session: Changing) -> None:
        world.step(session, "a")
        undo = world.fail(FailedError("Google is away"))
        found = iter([None, None, "there"])
        session.steps.step("b", look=lambda: next(found), change=lambda: None, undo=undo)
        raise FailedError("no room")

    world.act = act
    ended = grid("status", "test", "--json")
    assert ended.code == 3
    (left,) = ended.json["left"]
    assert left.startswith("b: not known")
    assert world.things == []


def test_a_guard_has_a_code_of_its_own(grid: Grid, world: World) -> None:
    world.act = lambda _: world.fail(RefusedError("it holds data", advice="--force"))()
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["outcome"], ended.json["advice"]) == (4, "refused", "--force")


def test_ctrl_c_takes_back_too(grid: Grid, world: World) -> None:
    def act(session: Changing) -> None:
        world.step(session, "a")
        raise KeyboardInterrupt

    world.act = act
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["error"]) == (1, "interrupted")
    assert world.things == []


def test_a_run_takes_up_the_steps_of_one_that_was_killed(grid: Grid, world: World) -> None:
    def killed(session: Changing) -> None:
        session.journal.note("before", "revision-1")
        world.step(session, "a")
        raise SystemExit(9)  # as good as killed: nothing of grid sees it

    def again(session: Changing) -> None:
        earlier = session.journal.unfinished
        assert earlier is not None
        assert earlier.notes == {"before": "revision-1"}
        world.step(session, "a")
        raise FailedError("the smoke test failed")

    world.act = killed
    assert grid("status", "test").code == 9
    assert world.things == ["a"]
    world.act = again
    assert grid("status", "test").code == 1
    assert world.things == []


def test_what_has_ended_is_not_taken_up(grid: Grid, world: World) -> None:
    unfinished = []

    def act(session: Changing) -> None:
        unfinished.append(session.journal.unfinished)
        session.journal.note("before", "revision-1")
        world.step(session, "a")

    world.act = act
    assert [grid("status", "test").code for _ in range(2)] == [0, 0]
    assert unfinished == [None, None]


def test_a_mistake_of_grid_takes_back_too(grid: Grid, world: World) -> None:
    def act(session: Changing) -> None:
        world.step(session, "a")
        raise ZeroDivisionError

    world.act = act
    ended = grid("status", "test", "--json")
    assert ended.code == 1
    assert "ZeroDivisionError" in ended.json["error"]
    assert "Traceback" in ended.stderr
    assert world.things == []


def test_two_changes_of_an_environment_do_not_meet(grid: Grid, world: World) -> None:
    inner: list[Any] = []

    def act(_: Changing) -> None:
        world.act = lambda _: None
        inner.append(grid("status", "test", "--json"))

    world.act = act
    assert grid("status", "test").code == 0
    (ended,) = inner
    assert ended.code == 4
    assert f"grid status, process {os.getpid()}" in ended.json["error"]


def test_a_torn_line_is_not_an_entry(grid: Grid, world: World) -> None:
    def killed(session: Changing) -> None:
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
        ("end", "done"),
    ]


def test_the_journal_is_shown(grid: Grid, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.act = lambda session: world.step(session, "a")
    grid("status", "test")
    machine = Machine(clock=Clock(), folder=grid.folder)
    assert cli.main(["journal", "test", "--json"], machine) == 0
    entries = json.loads(capsys.readouterr().out)["result"]["entries"]
    assert [(one["command"], one["event"]) for one in entries] == [
        ("status", event) for event in ("start", "begin", "done", "end")
    ]
