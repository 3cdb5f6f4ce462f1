"""Errors of a command, each with its exit code and its problems."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem that a user can fix. No field contains a secret or a value of a row."""

    what: str
    """What happened: a clause with the name of the object, without a period."""
    where: str
    """Environment variable, database, or file and line."""
    reason: str = ""
    """Why, in full sentences."""
    expected: str = ""
    """A value that would be valid."""
    actual: str = ""
    """The value that was found."""
    advice: str
    """What to do: a command-form sentence; a shell command can follow after a colon."""

    def __str__(self) -> str:
        """Return the problem in the format of `grid`: what, where, why, and what to do."""
        lines = [f"Error: {self.what}", f"  --> {self.where}"]
        lines += [f"  {line}" for line in self.reason.splitlines()]
        if self.expected:
            lines += [f"  Expected: {self.expected}", f"  Actual: {self.actual}"]
        return "\n".join([*lines, f"help: {self.advice}"])


class MigrationError(Exception):
    """A command failed. The message has every problem."""

    code = 1
    outcome = ""
    """State after the error, if it is the same for every error of this class."""

    def __init__(self, *problems: Problem) -> None:
        count = f"Found {len(problems)} errors." if len(problems) > 1 else ""
        summary = " ".join(filter(None, (count, self.outcome)))
        super().__init__("\n".join([*map(str, problems), *filter(None, [summary])]))
        self.problems = problems


class SettingsError(MigrationError):
    """An environment variable is missing or invalid."""

    code = 2


class BlockedError(MigrationError):
    """A check failed before anything was changed."""

    code = 3
    outcome = "Nothing was changed."


class BusyError(MigrationError):
    """Another migration holds the lock."""

    code = 4


class UnavailableError(MigrationError):
    """The database is unavailable or stayed locked. Running the command again is safe."""

    code = 5


class FailedError(MigrationError):
    """PostgreSQL or the guard rejected a statement; its revision was rolled back."""

    code = 6
    outcome = "The transaction was rolled back. Earlier revisions stay applied."


class RevisionError(MigrationError):
    """The code of a revision failed; the revision was rolled back."""

    code = 8
    outcome = "The transaction was rolled back. Earlier revisions stay applied."


class UnverifiedError(MigrationError):
    """The database differs from the result of a migration."""

    code = 7
