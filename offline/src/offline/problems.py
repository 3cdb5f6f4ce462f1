"""Errors of the command `offline`, in the format of Terraform's: what, where, why, and help."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any, NoReturn

USAGE = 2


class CommandError(Exception):
    """A command cannot do its work. The first line of the message says what is wrong, lines below
    it say why; one that begins with `help:` says what to do.
    """


class Parser(argparse.ArgumentParser):
    """A parser whose errors have the format of the others."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.set_defaults(where=self.prog)

    def error(self, message: str) -> NoReturn:
        """Print a problem of the command line, and exit with 2."""
        self.exit(USAGE, describe(f"{message}\nhelp: offline --help", self.prog) + "\n")


def describe(problem: object, where: str) -> str:
    """Return a problem as it is printed; `where` is the command."""
    what, *others = str(problem).split("\n")
    if re.match(r"[a-z]+ ", what):
        what = what[0].upper() + what[1:]
    lines = [line if line.startswith("help:") else f"  {line}" for line in others]
    return "\n".join([f"Error: {what}", f"  --> {where}", *lines])


def describe_system(error: OSError, where: str) -> str:
    """Return what the system rejects, such as a folder that cannot be written."""
    name = f"{error.filename}: " if error.filename else ""
    why = f"{name}{error.strerror or error}"
    return describe(f"{why}\nhelp: Choose another folder: --world, OFFLINE_WORLD", where)


def read_json(file: Path) -> Any:
    """Return the content of a file of a world.

    Raises:
        CommandError: it is no JSON.
    """
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise CommandError(
            f"File {file} cannot be read\n{error}\n"
            "help: Restore the file, or forget the world: offline world clear"
        ) from error
