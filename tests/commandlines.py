"""Reads command lines of `grid` with its own command line, without running them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from operations.cli import grid


class Parsed(NamedTuple):
    """A command line that `grid` takes."""

    command: str
    """Such as `gateway deploy`."""
    values: dict[str, Any]
    """Values of its arguments and options, by the names of the function's parameters."""


def parse(arguments: Sequence[str]) -> Parsed:
    """Read a command line without the name of the program.

    Raises:
        UsageError (of Typer): there is no such command or option, or an argument is missing.
    """
    command: Any = typer.main.get_command(grid)
    rest, path = list(arguments), "grid"
    context = command.make_context(path, list(rest))
    while isinstance(command, TyperGroup):
        name, command, rest = command.resolve_command(context, rest)
        path += f" {name}"
        context = command.make_context(name, list(rest), parent=context)
    return Parsed(path.removeprefix("grid "), context.params)


def options(path: Sequence[str]) -> set[str]:
    """The options of a command that its path names, such as `gateway`, `deploy`."""
    command: Any = typer.main.get_command(grid)
    for name in path:
        context = command.make_context("grid", [name])
        _, command, _ = command.resolve_command(context, [name])
    return {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
