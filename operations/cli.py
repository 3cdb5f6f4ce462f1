"""The command line. A command's module is imported when that command is run."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from operations.commands import COMMANDS, GROUPS, module
from operations.core.command_help import DocumentedCommand, write_exit_codes
from operations.core.errors import MEANINGS
from operations.core.interrupts import signals_as_interrupts
from operations.core.runtime import Runtime

_HELP = """Operate an applied environment.

"grid COMMAND --help" has a description, examples, and the exit codes of a command.
"""


class _Lazy(TyperGroup):
    """Offers every command by its summary, and loads the one that is used."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, entry in COMMANDS.items():
            self.add_command(TyperCommand(name, help=entry.summary))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] in self.commands:
            self.commands[args[0]] = load(args[0])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 (of Typer)
        """Write the commands by task. The panels of Typer need rich, which is slow to import."""
        width = max(map(len, COMMANDS))
        for title, group in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{n:<{width}}", entry.summary) for n, entry in group.items()])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 (of Typer)
        """Write the meaning of each exit code."""
        write_exit_codes(formatter, MEANINGS)


def load(name: str) -> Any:
    """Import a command, and complete its help: the docstring of its function is the description."""
    app = importlib.import_module(module(name)).app
    summary, examples, exit_codes = COMMANDS[name]
    for declared in app.registered_commands:
        declared.cls = DocumentedCommand
    command: Any = typer.main.get_command(app)
    for each in getattr(command, "commands", {name: command}).values():
        each.help = f"{summary}\n\n{each.help}"
        each.examples, each.exit_codes = examples, exit_codes
    return command


grid = typer.Typer(
    cls=_Lazy,
    help=_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@grid.callback()
def _nothing_of_its_own() -> None:
    """Let Typer make a group, though the commands are not declared here."""


def _open_closed_streams() -> None:
    """Replace standard streams that the caller closed: Python has None in their place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115


def main(arguments: Sequence[str] | None = None, runtime: Runtime | None = None) -> int:
    """Run one command; returns its exit code."""
    _open_closed_streams()
    try:
        with signals_as_interrupts():
            grid(args=arguments, prog_name="grid", obj=runtime or Runtime())
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0
