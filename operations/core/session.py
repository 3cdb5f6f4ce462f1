"""A command from its options to its exit code. Here, and only here, is decided how it ended."""

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
from operations.core.google_apis import GoogleApis
from operations.core.journal import Journal, open_journal
from operations.core.outputs import load_outputs
from operations.core.polling import Poller
from operations.core.runtime import Runtime
from operations.core.steps import Steps


@dataclass(frozen=True, kw_only=True)
class ReadContext:
    """What a command that changes nothing works with."""

    environment: str
    outputs: Path | None
    runtime: Runtime
    google: GoogleApis
    client: ApiClient
    poller: Poller
    report: Report
    dry_run: bool = False
    """Changes nothing; says with `report.log` what it would change."""

    @cached_property
    def platform(self) -> PlatformOutputs:
        """What Terraform's outputs say; read when first used, so that what works on an
        environment before its first apply needs none.

        Raises:
            UsageError, FailedError: as `operations.core.outputs.load_outputs`.
        """
        return load_outputs(self.environment, self.outputs, self.runtime)


@dataclass(frozen=True, kw_only=True)
class WriteContext(ReadContext):
    """What a command that changes something works with, besides."""

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
    """Run the block as a command that changes nothing, or only looks what it would change.

    Raises:
        typer.Exit: it did not end well; what is to be said is said.
    """
    command, runtime = _command_and_runtime(context)
    report = Report(runtime.clock, as_json=as_json)
    with _report_result(command, environment, report):
        yield _open_context(environment, outputs, runtime, report, dry_run=dry_run)


@contextmanager
def write_context(
    context: typer.Context, environment: str, *, outputs: Path | None, as_json: bool
) -> Iterator[WriteContext]:
    """Run the block as a command that changes something: alone, with a journal.

    When the block fails, its steps are taken back, and what cannot be is named.

    Raises:
        typer.Exit: it did not end well; what is to be said is said.
    """
    command, runtime = _command_and_runtime(context)
    report = Report(runtime.clock, as_json=as_json)
    with _report_result(command, environment, report), ExitStack() as stack:
        base = _open_context(environment, outputs, runtime, report, dry_run=False)
        journal = stack.enter_context(
            open_journal(runtime.folder, environment, command, runtime.clock)
        )
        steps = Steps(journal, base.client, report)
        try:
            yield WriteContext(**vars(base), journal=journal, steps=steps)
        except (Exception, KeyboardInterrupt) as error:
            if not isinstance(error, OperationError | KeyboardInterrupt):
                report.log(traceback.format_exc())
            failure = _revert_and_classify(error, steps)
            _close_journal(journal, report, OUTCOMES[failure.code], str(failure))
            raise failure from error
        _close_journal(journal, report, OUTCOMES[SUCCEEDED])


def _close_journal(journal: Journal, report: Report, outcome: str, message: str = "") -> None:
    """End the journal. A disk that is full does not change how the command ended."""
    try:
        journal.end(outcome, message)
    except OSError as error:
        report.log(f"the journal cannot be written: {error}")


def _command_and_runtime(context: typer.Context) -> tuple[str, Runtime]:
    """Return a command's name, such as `gateway deploy`, and what it runs on."""
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
    """Take back what was done, and say what the error has come to."""
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
    """Return what no part of `grid` raised as an error of its own."""
    if isinstance(error, KeyboardInterrupt):
        return FailedError("interrupted")
    return FailedError(f"a mistake in grid itself: {error!r}")


@contextmanager
def _report_result(command: str, environment: str, report: Report) -> Iterator[None]:
    """Say how the block ended, in words or as JSON, and turn it into an exit code."""
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
