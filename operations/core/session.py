"""Runs a command and maps its result to an exit code. No other module chooses exit codes."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import typer

from contract.outputs import PlatformOutputs
from operations.core.api_client import ApiClient
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
    UsageError,
)
from operations.core.exclusion import EXCLUSIVE, LeaseRule, hold_lease
from operations.core.google_apis import GoogleApis
from operations.core.journal import Journal, open_journal
from operations.core.lease import LeaseLostError
from operations.core.outputs import (
    fetch_outputs,
    load_outputs,
    state_location,
)
from operations.core.polling import Poller
from operations.core.runtime import Runtime
from operations.core.shared_objects import SharedObjects
from operations.core.steps import Steps


@dataclass(frozen=True, kw_only=True)
class ReadContext:
    """Context of a command that changes nothing."""

    environment: str
    outputs: Path | None
    runtime: Runtime
    google: GoogleApis
    client: ApiClient
    poller: Poller
    report: Report
    dry_run: bool = False
    """The command reports what it would change, and changes nothing."""

    @cached_property
    def shared(self) -> SharedObjects:
        """Objects of the environment that every machine sees.

        Raises:
            UsageError: nothing says which bucket has the environment's state.
        """
        location = state_location(self.environment, self.runtime)
        return SharedObjects(self.google, self.client, location)

    @cached_property
    def platform(self) -> PlatformOutputs:
        """Outputs of the environment, read on first use: a command that works before the first
        apply needs none.

        Raises:
            UsageError, FailedError: as `operations.core.outputs`.
        """
        return load_outputs(self.outputs) if self.outputs else fetch_outputs(self.shared)


@dataclass(frozen=True, kw_only=True)
class WriteContext(ReadContext):
    """Context of a command that changes something."""

    journal: Journal
    steps: Steps


@contextmanager
def read_context(
    context: typer.Context,
    environment: str,
    *,
    outputs: Path | None,
    as_json: bool,
    dry_run: bool = False,
) -> Iterator[ReadContext]:
    """Run the block as a command that changes nothing, or that reports what it would change.

    Raises:
        typer.Exit: the command did not succeed; the error is printed.
    """
    command, runtime = _command_and_runtime(context)
    report = Report(runtime.clock, as_json=as_json)
    with _report_result(command, environment, report):
        yield _open_context(environment, outputs, runtime, report, dry_run=dry_run)


@contextmanager
def write_context(
    context: typer.Context,
    environment: str,
    *,
    outputs: Path | None,
    as_json: bool,
    lease: LeaseRule | None = EXCLUSIVE,
) -> Iterator[WriteContext]:
    """Run the block as a command that changes something, under the lock, with a journal.

    `lease` is None for a command that may run beside others.

    If the block fails, its steps are reverted, and those that cannot be are reported.

    Raises:
        typer.Exit: the command did not succeed; the error is printed.
    """
    command, runtime = _command_and_runtime(context)
    report = Report(runtime.clock, as_json=as_json)
    with _report_result(command, environment, report), ExitStack() as stack:
        base = _open_context(environment, outputs, runtime, report, dry_run=False)
        journal = stack.enter_context(
            open_journal(runtime.folder, environment, command, runtime.clock)
        )
        steps = Steps(journal, base.client, report)
        if lease:
            stack.enter_context(
                hold_lease(
                    environment,
                    command,
                    lease,
                    runtime=runtime,
                    google=base.google,
                    client=base.client,
                    journal=journal,
                    report=report,
                )
            )
        try:
            yield WriteContext(**vars(base), journal=journal, steps=steps)
        except (Exception, KeyboardInterrupt) as error:
            if not isinstance(error, OperationError | KeyboardInterrupt):
                report.log(traceback.format_exc())
            if isinstance(error, LeaseLostError):
                failure: OperationError = _stop(error, steps)
            else:
                failure = _revert_and_classify(error, steps)
            _close_journal(journal, report, OUTCOMES[failure.code], str(failure))
            raise failure from error
        _close_journal(journal, report, OUTCOMES[SUCCEEDED])


def _stop(error: LeaseLostError, steps: Steps) -> IncompleteError:
    """Leave everything as it is: another command changes the environment now."""
    return IncompleteError(
        str(error),
        remaining=steps.abandon(),
        advice="see grid status; run the command again when the other one ended",
    )


def _close_journal(journal: Journal, report: Report, outcome: str, message: str = "") -> None:
    """End the journal. A full disk does not change the exit code."""
    try:
        journal.end(outcome, message)
    except OSError as error:
        report.log(f"the journal cannot be written: {error}")


def _command_and_runtime(context: typer.Context) -> tuple[str, Runtime]:
    """Return the name of a command, such as `gateway deploy`, and its runtime."""
    return context.command_path.partition(" ")[2], context.obj


def _open_context(
    environment: str, outputs: Path | None, runtime: Runtime, report: Report, *, dry_run: bool
) -> ReadContext:
    google = GoogleApis(runtime)
    client = ApiClient(google, runtime.clock, dry_run=dry_run, on_progress=report.progress)
    return ReadContext(
        environment=environment,
        outputs=outputs,
        runtime=runtime,
        google=google,
        client=client,
        poller=Poller(google, client, runtime.clock, report.progress),
        report=report,
        dry_run=dry_run,
    )


def _revert_and_classify(error: Exception | KeyboardInterrupt, steps: Steps) -> OperationError:
    """Revert the steps, and return the error with its class of exit code."""
    remaining = steps.revert_all()
    if isinstance(error, IncompleteError):
        remaining = (*error.remaining, *remaining)
    advice = ""
    if isinstance(error, OperationError):
        message, advice = str(error), error.advice
    else:
        message = str(_unexpected_error(error))
    if remaining:
        return IncompleteError(
            message, remaining=remaining, advice=advice or "run the command again to finish"
        )
    error_type = type(error) if isinstance(error, BlockedError | UsageError) else FailedError
    return error_type(message, advice=advice)


def _unexpected_error(error: Exception | KeyboardInterrupt) -> FailedError:
    """Return an error for Ctrl-C, or for a bug in `grid`."""
    if isinstance(error, KeyboardInterrupt):
        return FailedError("interrupted")
    return FailedError(f"a mistake in grid itself: {error!r}")


@contextmanager
def _report_result(command: str, environment: str, report: Report) -> Iterator[None]:
    """Print the result of the block as text or JSON, and exit with its code."""
    code, summary = SUCCEEDED, {"command": command, "environment": environment}
    try:
        yield
    except (Exception, KeyboardInterrupt) as exception:
        error = exception if isinstance(exception, OperationError) else _unexpected_error(exception)
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
        summary |= {"error": str(error), "advice": error.advice}
        report.finish({**summary, "exit_code": code, "outcome": OUTCOMES[code], "left": remaining})
        raise typer.Exit(code) from exception
    report.finish({**summary, "exit_code": code, "outcome": OUTCOMES[code], "left": ()})
