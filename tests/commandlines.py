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
    current: Any = typer.main.get_command(grid)
    rest, names = list(arguments), list[str]()
    context = current.make_context("grid", list(rest))
    while isinstance(current, TyperGroup):
        names.append(rest[0])
        _, current, rest = current.resolve_command(context, rest)
        context = current.make_context(names[-1], list(rest), parent=context)
    return Parsed(" ".join(names), context.params)


def command(names: Sequence[str]) -> Any:
    """Return the command of this name, such as `gateway`, `deploy`; without one `grid` itself.

    Raises:
        UsageError (of Typer): there is none.
    """
    current: Any = typer.main.get_command(grid)
    for name in names:
        _, current, _ = current.resolve_command(current.make_context("grid", [name]), [name])
    return current


def options(names: Sequence[str]) -> set[str]:
    """Return the options of a command."""
    params = command(names).params
    own = {option for param in params for option in (*param.opts, *param.secondary_opts)}
    return own | {"--help"}
