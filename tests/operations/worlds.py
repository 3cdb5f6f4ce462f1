"""A command that makes what a test wants made, in steps."""

import json
from collections.abc import Callable

import pytest
import typer

from contract.command_permissions import COMMAND_NEEDS
from operations.core.options import AsJson, Environment, Outputs, application
from operations.core.session import WriteContext, write_context
from tests.operations.commandline import Grid


class World:
    """Things that a command makes, and what it is to do."""

    def __init__(self) -> None:
        self.things: list[str] = []
        self.act: Callable[[WriteContext], None] = lambda _: None

    def apply(self, session: WriteContext) -> None:
        """Do what it is to do at this moment."""
        self.act(session)

    def step(self, session: WriteContext, name: str, *, revert: bool = True) -> None:
        """Make one thing in a step."""
        session.steps.step(
            name,
            check=lambda: name if name in self.things else None,
            apply=lambda: self.things.append(name),
            revert=(lambda: self.things.remove(name)) if revert else None,
        )

    def fail(self, error: BaseException) -> Callable[[], None]:
        """Return a change that fails."""

        def apply() -> None:
            raise error

        return apply


def commanded(monkeypatch: pytest.MonkeyPatch) -> World:
    """Let `grid status` make things."""
    made = World()
    let_status(monkeypatch, made.apply)
    return made


def let_status(monkeypatch: pytest.MonkeyPatch, act: Callable[[WriteContext], None]) -> None:
    """Let `grid status` change something, with requests that are not those of `grid status`."""
    monkeypatch.delitem(COMMAND_NEEDS, "status")
    app = application()

    @app.command()
    def status(
        context: typer.Context,
        environment: Environment,
        outputs: Outputs = None,
        as_json: AsJson = False,
    ) -> None:
        with write_context(context, environment, outputs=outputs, as_json=as_json) as session:
            act(session)

    monkeypatch.setattr("operations.commands.status.app", app)


def journal(grid: Grid) -> list[tuple[str, str]]:
    lines = (grid.folder / "journal" / "test" / "status.jsonl").read_text("utf-8").splitlines()
    return [(one["event"], one["what"]) for one in map(json.loads, lines)]
