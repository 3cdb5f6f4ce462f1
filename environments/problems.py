"""Problems of an environment file, in words that help its author to fix them."""

from collections.abc import Sequence
from dataclasses import dataclass

REFERENCE = "every key, with its type and limits: docs/reference/environment.md"
"""Where the author of a file finds the valid values."""
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

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        path = ".".join(str(key) for key in self.path)
        title = f"{where}: {path}" if path else where
        return f"{title}\n    got:    {self.actual}\n    wanted: {self.expected}"


class EnvironmentFileError(Exception):
    """One or more environment files are wrong; carries every problem of all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(
            sorted(problems, key=lambda problem: (problem.file, problem.line or 0))
        )
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        lines = [*map(str, self.problems), REFERENCE, f"{count} {noun}, nothing written"]
        super().__init__("\n".join(lines))
