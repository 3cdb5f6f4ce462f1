"""Problems of an environment file, in words that help its author to fix them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

REFERENCE = "docs/reference/environment.md"
"""Page with the type, the default and the limits of every key."""
SCHEMA_VERSION = 1
"""Version of the JSON of problems. It changes where a key is renamed or removed."""
MISSING = "nothing"
"""Actual value where the file has none."""
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    path: Path
    """Keys from the top of the file to the value."""
    actual: str
    """The value that the file has."""
    expected: str
    """The values that are valid."""
    depends_on: tuple[Path, ...] = ()
    """Other values of the file that the problem follows from; `*` stands for any name. Where one
    of them is wrong itself, this may be no problem."""
    file: str = ""
    """The file, relative to the project."""
    line: int | None = None
    """Line of the value in the file, counted from 1."""
    column: int | None = None
    """Column of the value's key, counted from 1."""
    advice: str = ""
    """The correction, where it is not to change the value or one that it depends on."""

    @property
    def title(self) -> str:
        """What is wrong, in one line."""
        if not self.path:
            return f"File {FilePath(self.file).name} is invalid" if self.file else "File is invalid"
        return f"{dotted(self.path)} is {'missing' if self.is_missing else 'invalid'}"

    @property
    def is_missing(self) -> bool:
        """Whether the file has no value at the path."""
        return self.actual == MISSING

    @property
    def location(self) -> str:
        """Position in the file, as `file:line:column`, and the key."""
        position = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return ", ".join(part for part in (position, dotted(self.path)) if part)

    @property
    def help(self) -> str:
        """What to do, as a command."""
        if self.advice:
            return self.advice
        if not self.path:
            return f"Correct the file. {REFERENCE} lists every key"
        verb = "Set" if self.is_missing else "Change"
        keys = [dotted(path) for path in dict.fromkeys((self.path, *self.depends_on))]
        return f"{verb} {' or '.join(keys)}. {REFERENCE} lists the valid values"

    def render(self, severity: str = "Error") -> str:
        """Return the message as a person reads it."""
        return (
            f"{severity}: {self.title}\n"
            f"  --> {self.location}\n"
            f"  Expected: {self.expected}\n"
            f"  Actual: {self.actual}\n"
            f"help: {self.help}"
        )

    def to_dict(self) -> dict[str, object]:
        """Return the same content for `--json`."""
        return {
            "error": self.title,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "key": dotted(self.path),
            "expected": self.expected,
            "actual": self.actual,
            "help": self.help,
        }

    def __str__(self) -> str:
        return self.render()


def dotted(path: Path) -> str:
    """Return a path as one string, such as `regions.us-central1.connector`."""
    return ".".join(str(key) for key in path)


class EnvironmentFileError(Exception):
    """One or more environment files are invalid; carries every problem of all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(
            sorted(problems, key=lambda problem: (problem.file, problem.line or 0))
        )
        count = len(self.problems)
        total = f"Found {count} error{'' if count == 1 else 's'}. No files were written."
        super().__init__("\n".join([*(f"{problem}\n" for problem in self.problems), total]))
