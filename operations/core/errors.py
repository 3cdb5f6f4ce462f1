"""How a command can end, other than well; docs/operations.md lists the exit codes."""

DONE, AS_BEFORE, USAGE, LEFT, GUARDED, FOUND = 0, 1, 2, 3, 4, 5
OUTCOMES = {
    DONE: "done",
    AS_BEFORE: "as before",
    USAGE: "wrong usage",
    LEFT: "something is left",
    GUARDED: "refused",
    FOUND: "found",
}
"""What each exit code is called in `--json` and in the journal."""


class OperationError(Exception):
    """A command cannot be done. The message says where, what was got, what is wanted."""

    code = AS_BEFORE

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice
        """What to do about it."""


class FailedError(OperationError):
    """It was tried and did not work. Ends with 1 when what was begun is undone, else with 3."""


class UsageError(OperationError):
    """What was asked for is not there or does not fit; nothing was tried."""

    code = USAGE


class RefusedError(OperationError):
    """A guard forbids it; nothing was changed. The advice names the option that allows it."""

    code = GUARDED


class FoundError(OperationError):
    """It was done, and found what it looks for: drift, changes, or what is wrong."""

    code = FOUND


class LeftError(OperationError):
    """It failed and left something; the message names all of it."""

    code = LEFT

    def __init__(self, message: str, *, left: tuple[str, ...], advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.left = left
        """What is left, one line each."""


class StillRunningError(FailedError):
    """The wait was over before the work: it goes on at Google, and cannot be undone yet."""
