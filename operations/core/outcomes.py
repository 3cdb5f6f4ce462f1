"""How a command ended: the error with its exit code, and the report of it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

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

E = TypeVar("E", bound=OperationError)
SCHEMA_VERSION = 2
"""Version of the JSON document; it grows when a key is renamed or removed."""


def stop(error: StoppedError, steps: Steps) -> IncompleteError:
    """Leave everything as it is: another command changes the environment now."""
    stopped = IncompleteError(str(error), remaining=steps.abandon(), advice=error.advice)
    return _with_step(stopped, error)


def revert_and_classify(error: Exception | KeyboardInterrupt, steps: Steps) -> OperationError:
    """Revert the steps, and return the error with its class of exit code."""
    remaining = steps.revert_all()
    if isinstance(error, IncompleteError):
        remaining = (*error.remaining, *remaining)
    failure = error if isinstance(error, OperationError) else unexpected_error(error)
    message, advice = str(failure), failure.advice
    if remaining:
        classified: OperationError = IncompleteError(message, remaining=remaining, advice=advice)
    else:
        error_type = type(error) if isinstance(error, BlockedError | UsageError) else FailedError
        classified = error_type(message, advice=advice)
    return _with_step(classified, failure)


def unexpected_error(error: Exception | KeyboardInterrupt) -> FailedError:
    """Return an error for Ctrl-C, or for a bug in `grid`."""
    if isinstance(error, KeyboardInterrupt):
        message = f"interrupted by {error.args[0]}" if error.args else "interrupted"
        unexpected = FailedError(message, advice="run the command again")
    else:
        message = f"internal error in grid: {error!r}"
        unexpected = FailedError(message, advice="report this bug with the traceback above")
    return _with_step(unexpected, error)


def _with_step(error: E, cause: BaseException) -> E:
    """Return the error with the step that the cause names."""
    for note in getattr(cause, "__notes__", ()):
        error.add_note(note)
    return error


@contextmanager
def report_result(
    command: str, environment: str, report: Report, *, is_write: bool
) -> Iterator[None]:
    """Print the result of the block as text or JSON, and exit with its code.

    `is_write`: the command changes something, so that its errors say what remains.
    """
    summary = {"schema_version": SCHEMA_VERSION, "command": command, "environment": environment}
    try:
        yield
    except (Exception, KeyboardInterrupt) as exception:
        error = exception if isinstance(exception, OperationError) else unexpected_error(exception)
        if not isinstance(exception, OperationError | KeyboardInterrupt):
            report.log(traceback.format_exc())
        where = f"grid {command} {environment}" + (f', step "{error.step}"' if error.step else "")
        report.log(render(error, where, is_write=is_write))
        report.finish({**summary, **_outcome(error), "where": where})
        raise typer.Exit(error.code) from exception
    report.finish({**summary, **_outcome(None), "where": ""})


def render(error: OperationError, where: str, *, is_write: bool) -> str:
    """Return the message of an error: what happened, where, why, and what to do."""
    title, reason = _split(str(error))
    lines = [f"Error: {title}", f"  --> {where}", *(f"  {line}" for line in reason.splitlines())]
    if isinstance(error, IncompleteError):
        lines += [f"  Not reverted: {item}" for item in error.remaining]
    if is_write and error.code in {UNCHANGED, BLOCKED}:
        lines.append("  No changes of this run remain.")
    return "\n".join([*lines, f"help: {_sentence(error.advice)}"])


def _split(message: str) -> tuple[str, str]:
    """Return the title of a message, which ends at a colon, and its reason."""
    head, _, tail = message.partition("\n")
    title, _, rest = head.partition(": ")
    return _sentence(title.removesuffix(":")), "\n".join(filter(None, (rest, tail)))


def _sentence(text: str) -> str:
    """Begin with a capital letter, unless the first word is a name or a command."""
    first = text.partition(" ")[0]
    is_word = first.isalpha() and first.islower() and first not in _PROGRAMS
    return f"{text[:1].upper()}{text[1:]}" if is_word else text


_PROGRAMS = {"gcloud", "grid", "make", "mkdir", "python", "terraform", "unset"}


def _outcome(error: OperationError | None) -> dict[str, object]:
    """Return what `--json` says of the end of a command."""
    code = error.code if error else SUCCEEDED
    return {
        "exit_code": code,
        "outcome": OUTCOMES[code],
        "not_reverted": error.remaining if isinstance(error, IncompleteError) else (),
        "error": str(error) if error else "",
        "advice": error.advice if error else "",
    }
