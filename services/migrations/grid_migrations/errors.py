"""Errors of a command, each with its exit code."""

from collections.abc import Sequence


class MigrationError(Exception):
    """A command could not do what it was asked; the message says why and what to do."""

    code = 1


class SettingsError(MigrationError):
    """An environment variable is missing or unusable."""

    code = 2


class BlockedError(MigrationError):
    """A check failed before anything was changed."""

    code = 3

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("nothing was changed: " + "; ".join(problems))


class BusyError(MigrationError):
    """Another migration holds the lock."""

    code = 4


class UnavailableError(MigrationError):
    """The database cannot be reached, went away, or stayed locked: running again is safe."""

    code = 5


class FailedError(MigrationError):
    """PostgreSQL rejected a statement; the revision it belongs to was rolled back."""

    code = 6


class RevisionError(MigrationError):
    """The code of a revision failed; the revision was rolled back."""

    code = 8


class UnverifiedError(MigrationError):
    """The database differs from the result of a migration."""

    code = 7

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(
            "the database differs from the result of the migration: " + "; ".join(problems)
        )
