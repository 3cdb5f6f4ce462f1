"""The steps of a command, and how a command ends."""

import os
from contextlib import redirect_stderr, redirect_stdout

import pytest

from operations import cli
from operations.core.errors import BlockedError, FailedError, StillRunningError, UsageError
from operations.core.runtime import Runtime
from operations.core.session import WriteContext
from tests.operations.commandline import Clock, Grid
from tests.operations.platform import write_environment
from tests.operations.worlds import World, journal


def test_steps_are_applied_and_journaled(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        world.step(session, "b")

    world.act = act
    assert grid("status", "test").code == 0
    assert world.things == ["a", "b"]
    assert journal(grid) == [
        *(("start", "status"), ("begin", "a"), ("done", "a")),
        *(("begin", "b"), ("done", "b"), ("end", "succeeded")),
    ]


def test_failure_reverts_applied_steps(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        session.steps.step(
            "b",
            check=lambda: None,
            apply=world.fail(FailedError("no room", advice="run the command again")),
        )

    world.act = act
    result = grid("status", "test", "--json")
    assert (result.code, result.json["outcome"], result.json["not_reverted"]) == (1, "failed", [])
    assert result.json["error"] == "no room"
    assert world.things == []
    assert journal(grid)[-3:] == [("undone", "b"), ("undone", "a"), ("end", "failed")]


def test_failure_lists_steps_without_revert(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a", revert=False)
        raise FailedError("no room", advice="run the command again")

    world.act = act
    result = grid("status", "test", "--json")
    assert (result.code, result.json["not_reverted"]) == (3, ["a: completed, cannot be reverted"])
    assert result.json["advice"]
    assert "Not reverted: a: completed, cannot be reverted" in result.stderr


def test_running_step_is_not_reverted(grid: Grid, world: World) -> None:
    error = StillRunningError("operation 7 is still running", advice="run the command again")
    world.act = lambda session: session.steps.step("a", check=lambda: None, apply=world.fail(error))
    result = grid("status", "test", "--json")
    assert (result.code, result.json["not_reverted"]) == (3, ["a: may still be running"])
    assert "operation 7" in result.json["error"]


def test_failed_revert_is_listed_and_others_continue(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        revert = world.fail(FailedError("Google is away", advice="run the command again"))
        found = iter([None, None, "there"])
        session.steps.step("b", check=lambda: next(found), apply=lambda: None, revert=revert)
        raise FailedError("no room", advice="run the command again")

    world.act = act
    result = grid("status", "test", "--json")
    assert result.code == 3
    (remaining,) = result.json["not_reverted"]
    assert remaining.startswith("b: not known")
    assert world.things == []


def test_blocked_command_exits_with_4(grid: Grid, world: World) -> None:
    world.act = lambda _: world.fail(BlockedError("it holds data", advice="--force"))()
    result = grid("status", "test", "--json")
    assert (result.code, result.json["outcome"], result.json["advice"]) == (4, "blocked", "--force")


def test_ctrl_c_reverts_steps(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        raise KeyboardInterrupt

    world.act = act
    result = grid("status", "test", "--json")
    assert (result.code, result.json["error"]) == (1, "interrupted")
    assert world.things == []


def test_second_ctrl_c_lists_steps_that_were_not_reverted(grid: Grid, world: World) -> None:
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
    result = grid("status", "test", "--json")
    assert (result.code, result.json["outcome"]) == (3, "incomplete")
    assert result.json["not_reverted"] == ["b: the revert was interrupted", "a: not reverted"]
    assert "No changes" not in result.stderr
    assert journal(grid)[-1] == ("end", "incomplete")


@pytest.mark.parametrize(
    "error",
    [UsageError("the token ran out", advice="run the command again"), OSError("no space left")],
)
def test_unexpected_error_in_revert_is_listed_and_others_continue(
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
    result = grid("status", "test", "--json")
    assert result.code == 3
    assert result.json["not_reverted"] == [f"b: not known whether it is there ({error})"]
    assert world.things == []


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_command_continues_when_output_pipe_is_closed(
    grid: Grid, world: World, stream: str
) -> None:
    def act(session: WriteContext) -> None:
        for name in "abc":
            world.step(session, name)
        session.report.show("done")

    world.act = act
    read, write = os.pipe()
    os.close(read)
    redirect = {"stdout": redirect_stdout, "stderr": redirect_stderr}[stream]
    runtime = Runtime(
        clock=Clock(),
        folder=grid.folder,
        endpoint=grid.server.url,
        environments=write_environment(grid.folder.parent / "environments"),
    )
    arguments = ["status", "test", f"--outputs={grid.outputs}"]
    for more in ([], ["--json"]):
        world.things.clear()
        with os.fdopen(os.dup(write), "w") as unread, redirect(unread):
            assert cli.main([*arguments, *more], runtime) == 0
        assert world.things == ["a", "b", "c"]
    os.close(write)


def test_internal_error_reverts_steps(grid: Grid, world: World) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        raise ZeroDivisionError

    world.act = act
    result = grid("status", "test", "--json")
    assert result.code == 1
    assert "ZeroDivisionError" in result.json["error"]
    assert "Traceback" in result.stderr
    assert world.things == []
