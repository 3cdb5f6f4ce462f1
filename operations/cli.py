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

from operations.commands import COMMANDS, module
from operations.core.interrupts import signals_as_interrupts
from operations.core.runtime import Runtime

_HELP = """Operate an applied environment.

Exit codes: 0 succeeded; 1 failed, and no changes of the run remain; 2 wrong usage or input; 3
failed, and the message lists the changes that were not reverted; 4 blocked by a guard, nothing was
changed; 5 succeeded, with findings (drift, doctor, plan --detailed-exitcode).
"""


class _Lazy(TyperGroup):
    """Offers every command by its line of help, and loads the one that is used."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, line in COMMANDS.items():
            self.add_command(TyperCommand(name, help=line, short_help=line))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0]
        if name in self.commands:
            command = typer.main.get_command(importlib.import_module(module(name)).app)
            self.commands[name] = command
        return super().resolve_command(ctx, args)


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
