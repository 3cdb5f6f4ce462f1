"""How a command can end, other than well; docs/operations.md lists the exit codes."""

SUCCEEDED, UNCHANGED, USAGE_ERROR, INCOMPLETE, BLOCKED, FINDINGS = 0, 1, 2, 3, 4, 5
OUTCOMES = {
    SUCCEEDED: "done",
    UNCHANGED: "as before",
    USAGE_ERROR: "wrong usage",
    INCOMPLETE: "something is left",
    BLOCKED: "refused",
    FINDINGS: "found",
}
"""What each exit code is called in `--json` and in the journal."""


class OperationError(Exception):
    """A command cannot be done. The message says where, what was got, what is wanted."""

    code = UNCHANGED

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice
        """What to do about it."""


class FailedError(OperationError):
    """It was tried and did not work. Ends with 1 when what was begun is undone, else with 3."""


class UsageError(OperationError):
    """What was asked for is not there or does not fit; nothing was tried."""

    code = USAGE_ERROR


class BlockedError(OperationError):
    """A guard forbids it; nothing was changed. The advice names the option that allows it."""

    code = BLOCKED


class FindingsError(OperationError):
    """It was done, and found what it looks for: drift, changes, or what is wrong."""

    code = FINDINGS


class IncompleteError(OperationError):
    """It failed and left something; the message names all of it."""

    code = INCOMPLETE

    def __init__(self, message: str, *, remaining: tuple[str, ...], advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.remaining = remaining
        """What is left, one line each."""


class StillRunningError(FailedError):
    """The wait was over before the work: it goes on at Google, and cannot be undone yet."""
