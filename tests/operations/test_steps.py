"""The steps of a command, and how a command ends."""

import os
from contextlib import redirect_stderr, redirect_stdout

import pytest

from operations import cli
from operations.core.errors import BlockedError, FailedError, StillRunningError, UsageError
from operations.core.runtime import Runtime
from operations.core.session import WriteContext
from tests.operations.commandline import Clock, Grid
from tests.operations.worlds import World, journal


def test_steps_are_done_and_written_down(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
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
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        session.steps.step("b", check=lambda: None, apply=world.fail(FailedError("no room")))

    world.act = act
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["outcome"], ended.json["left"]) == (1, "as before", [])
    assert ended.json["error"] == "no room"
    assert world.things == []
    assert journal(grid)[-3:] == [("undone", "b"), ("undone", "a"), ("end", "as before")]


def test_what_cannot_be_taken_back_is_named(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a", revert=False)
        raise FailedError("no room")

    world.act = act
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["left"]) == (3, ["a: done, and stays"])
    assert ended.json["advice"]
    assert "left: a: done, and stays" in ended.stderr


def test_what_still_runs_is_left(grid: Grid, world: World) -> None:
    error = StillRunningError("operation 7 is still running")
    world.act = lambda session: session.steps.step("a", check=lambda: None, apply=world.fail(error))
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["left"]) == (3, ["a: may still be running"])
    assert "operation 7" in ended.json["error"]


def test_a_failing_undo_is_named_and_the_others_go_on(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        revert = world.fail(FailedError("Google is away"))
        found = iter([None, None, "there"])
        session.steps.step("b", check=lambda: next(found), apply=lambda: None, revert=revert)
        raise FailedError("no room")

    world.act = act
    ended = grid("status", "test", "--json")
    assert ended.code == 3
    (remaining,) = ended.json["left"]
    assert remaining.startswith("b: not known")
    assert world.things == []


def test_a_guard_has_a_code_of_its_own(grid: Grid, world: World) -> None:
    world.act = lambda _: world.fail(BlockedError("it holds data", advice="--force"))()
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["outcome"], ended.json["advice"]) == (4, "refused", "--force")


def test_ctrl_c_takes_back_too(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        raise KeyboardInterrupt

    world.act = act
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["error"]) == (1, "interrupted")
    assert world.things == []


def test_a_second_ctrl_c_names_what_is_not_taken_back(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        there: list[str] = []
        session.steps.step(
            "b",
            check=lambda: there or None,
            apply=lambda: there.append("b"),
            revert=world.fail(KeyboardInterrupt()),
        )
        raise KeyboardInterrupt

    world.act = act
    ended = grid("status", "test", "--json")
    assert (ended.code, ended.json["outcome"]) == (3, "something is left")
    assert ended.json["left"] == ["b: taking it back was interrupted", "a: not taken back"]
    assert "as before" not in ended.stderr
    assert journal(grid)[-1] == ("end", "something is left")


@pytest.mark.parametrize("error", [UsageError("the token ran out"), OSError("no space left")])
def test_whatever_ends_an_undo_is_told_and_the_others_go_on(
    grid: Grid, world: World, error: Exception
) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        there: list[str] = []
        session.steps.step(
            "b",
            check=lambda: there or None,
            apply=lambda: there.append("b"),
            revert=world.fail(error),
        )
        raise error

    world.act = act
    ended = grid("status", "test", "--json")
    assert ended.code == 3
    assert ended.json["left"] == [f"b: not known whether it is there ({error})"]
    assert world.things == []


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_nobody_needs_to_read(grid: Grid, world: World, stream: str) -> None:
    def act(session: WriteContext) -> None:
        for name in "abc":
            world.step(session, name)
        session.report.show("done")

    world.act = act
    read, write = os.pipe()
    os.close(read)
    redirect = {"stdout": redirect_stdout, "stderr": redirect_stderr}[stream]
    runtime = Runtime(clock=Clock(), folder=grid.folder, endpoint=grid.server.url)
    arguments = ["status", "test", f"--outputs={grid.outputs}"]
    for more in ([], ["--json"]):
        world.things.clear()
        with os.fdopen(os.dup(write), "w") as unread, redirect(unread):
            assert cli.main([*arguments, *more], runtime) == 0
        assert world.things == ["a", "b", "c"]
    os.close(write)


def test_a_mistake_of_grid_takes_back_too(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        raise ZeroDivisionError

    world.act = act
    ended = grid("status", "test", "--json")
    assert ended.code == 1
    assert "ZeroDivisionError" in ended.json["error"]
    assert "Traceback" in ended.stderr
    assert world.things == []
