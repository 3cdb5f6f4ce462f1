"""How a command ended: the error with its exit code, and the report of it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from operations.core.console import Report
from operations.core.errors import (
    BLOCKED,
    OUTCOMES,
    SUCCEEDED,
    UNCHANGED,
    BlockedError,
    FailedError,
    IncompleteError,
    OperationError,
    StoppedError,
    UsageError,
)
from operations.core.steps import Steps

SCHEMA_VERSION = 1
"""Version of the JSON document; it grows when a field is renamed or removed."""


def stop(error: StoppedError, steps: Steps) -> IncompleteError:
    """Leave everything as it is: another command changes the environment now."""
    advice = error.advice or "see grid status; run the command again when the other one ended"
    return IncompleteError(str(error), remaining=steps.abandon(), advice=advice)


def revert_and_classify(error: Exception | KeyboardInterrupt, steps: Steps) -> OperationError:
    """Revert the steps, and return the error with its class of exit code."""
    remaining = steps.revert_all()
    if isinstance(error, IncompleteError):
        remaining = (*error.remaining, *remaining)
    advice = ""
    if isinstance(error, OperationError):
        message, advice = str(error), error.advice
    else:
        message = str(unexpected_error(error))
    if remaining:
        return IncompleteError(
            message, remaining=remaining, advice=advice or "run the command again to finish"
        )
    error_type = type(error) if isinstance(error, BlockedError | UsageError) else FailedError
    return error_type(message, advice=advice)


def unexpected_error(error: Exception | KeyboardInterrupt) -> FailedError:
    """Return an error for Ctrl-C, or for a bug in `grid`."""
    if isinstance(error, KeyboardInterrupt):
        return FailedError(f"interrupted by {error.args[0]}" if error.args else "interrupted")
    return FailedError(f"a mistake in grid itself: {error!r}")


@contextmanager
def report_result(command: str, environment: str, report: Report) -> Iterator[None]:
    """Print the result of the block as text or JSON, and exit with its code."""
    summary = {"schema_version": SCHEMA_VERSION, "command": command, "environment": environment}
    try:
        yield
    except (Exception, KeyboardInterrupt) as exception:
        error = exception if isinstance(exception, OperationError) else unexpected_error(exception)
        if not isinstance(exception, OperationError | KeyboardInterrupt):
            report.log(traceback.format_exc())
        code = error.code
        remaining = error.remaining if isinstance(error, IncompleteError) else ()
        report.log(f"grid {command} {environment}: {error}")
        for item in remaining:
            report.log(f"  left: {item}")
        if code in {UNCHANGED, BLOCKED}:
            report.log("Everything is as before.")
        if error.advice:
            report.log(f"To do: {error.advice}")
        ended = {"exit_code": code, "outcome": OUTCOMES[code], "left": remaining}
        report.finish({**summary, **ended, "error": str(error), "advice": error.advice})
        raise typer.Exit(code) from exception
    ended = {"exit_code": SUCCEEDED, "outcome": OUTCOMES[SUCCEEDED], "left": ()}
    report.finish({**summary, **ended, "error": "", "advice": ""})
