"""Errors of commands, and their exit codes (docs/operations.md)."""

SUCCEEDED, UNCHANGED, USAGE_ERROR, INCOMPLETE, BLOCKED, FINDINGS = 0, 1, 2, 3, 4, 5
OUTCOMES = {
    SUCCEEDED: "succeeded",
    UNCHANGED: "failed",
    USAGE_ERROR: "usage_error",
    INCOMPLETE: "incomplete",
    BLOCKED: "blocked",
    FINDINGS: "findings",
}
"""Name of each exit code in `--json` and in the journal."""
MEANINGS = {
    SUCCEEDED: "The command succeeded.",
    UNCHANGED: "The command failed. No changes of this run remain.",
    USAGE_ERROR: "An argument or a file is invalid. Nothing was changed.",
    INCOMPLETE: "The command failed, and lists the changes that it did not revert. "
    "The same command finishes the work.",
    BLOCKED: "A guard blocked the command. Nothing was changed. "
    "The message names the option that allows it.",
    FINDINGS: "The command succeeded and has findings: drift, changes, or failed checks.",
}
"""Meaning of each exit code, for the help and the reference page."""


class OperationError(Exception):
    """A command failed. The message names the object, then the cause after a colon."""

    code = UNCHANGED

    def __init__(self, message: str, *, advice: str) -> None:
        super().__init__(message)
        self.advice = advice
        """What to do about it: a command-form sentence, or a command."""

    @property
    def step(self) -> str:
        """Name of the step that failed, or an empty string."""
        return next(iter(getattr(self, "__notes__", ())), "")


class FailedError(OperationError):
    """A step failed. The exit code is 1 if every step was reverted, else 3."""


class UsageError(OperationError):
    """An argument is invalid or names a missing object; nothing was tried."""

    code = USAGE_ERROR


class BlockedError(OperationError):
    """A guard blocks the command; nothing was changed. The advice names the option to allow it."""

    code = BLOCKED


class FindingsError(OperationError):
    """The command succeeded and has findings: drift, changes, or problems."""

    code = FINDINGS


class IncompleteError(OperationError):
    """A step failed, and steps before it were not reverted."""

    code = INCOMPLETE

    def __init__(self, message: str, *, remaining: tuple[str, ...], advice: str) -> None:
        super().__init__(message, advice=advice)
        self.remaining = remaining
        """What was not reverted, a line for each."""


class JournalError(FailedError):
    """The journal cannot be written, as on a full disk."""


class StoppedError(FailedError):
    """Another command or person changes the same things now: this command reverts nothing."""


class StillRunningError(FailedError):
    """The timeout expired while the operation was still running in Google Cloud. The step cannot be
    reverted yet.
    """
