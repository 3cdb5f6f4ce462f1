"""Errors of the command `offline`, in one format: what happened, where, why, and what to do."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any, NoReturn

USAGE = 2
_CLEAR = "Restore the file, or clear the world: offline world clear"


_CHOICE = re.compile(r"(argument .*): invalid choice: (.*) \(choose from (.*)\)")


class CommandError(Exception):
    """A command cannot do its work.

    `what` happened is a phrase without a period. Each reason is a sentence, or begins with
    `Expected:` or `Actual:`. `advice` is a command to the user.
    """

    code = USAGE
    """Exit code of the command."""

    def __init__(self, what: str, *reasons: str, advice: str) -> None:
        super().__init__("\n".join([what, *reasons, f"help: {advice}"]))
        self.what, self.reasons, self.advice = what, reasons, advice


class Parser(argparse.ArgumentParser):
    """A parser whose errors have the format of the others."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.set_defaults(where=self.prog)

    def error(self, message: str) -> NoReturn:
        """Print a problem of the command line, and exit with 2."""
        if choice := _CHOICE.fullmatch(message):
            argument, actual, expected = choice.groups()
            message = f"{argument} is invalid\nExpected: one of {expected}\nActual: {actual}"
        problem = f"{message}\nhelp: List the commands and options: offline --help"
        self.exit(USAGE, describe(problem, self.prog) + "\n")


def describe(problem: object, where: str) -> str:
    """Return a problem in the format of all errors; `where` is the command.

    The first line of the problem is what happened. A line that begins with `help:` is advice, and
    every other line is a reason.
    """
    what, *others = str(problem).split("\n")
    if re.match(r"[a-z]+ ", what):
        what = what[0].upper() + what[1:]
    lines = [line if line.startswith("help:") else f"  {line}" for line in others]
    return "\n".join([f"Error: {what}", f"  --> {where}", *lines])


def describe_system(error: OSError, where: str) -> str:
    """Describe an error of the operating system, such as a folder that cannot be written."""
    what = f"Path {error.filename} cannot be used" if error.filename else "A system call failed"
    advice = "Correct the path, or choose another folder: --world, OFFLINE_WORLD"
    return describe(CommandError(what, error.strerror or str(error), advice=advice), where)


def read_json(file: Path, advice: str = _CLEAR) -> Any:
    """Return the content of a file, by default one of a world.

    Raises:
        CommandError: it is not JSON.
    """
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise CommandError(
            f"File {file} cannot be read", f"It is not JSON: {error}", advice=advice
        ) from error
