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
from operations.core.api_client import Calls
from operations.core.console import Report
from operations.core.errors import (
    AS_BEFORE,
    DONE,
    GUARDED,
    OUTCOMES,
    FailedError,
    LeftError,
    OperationError,
    RefusedError,
    UsageError,
)
from operations.core.google_apis import Google
from operations.core.journal import Journal, opened as journal_opened
from operations.core.outputs import load_outputs
from operations.core.polling import Waits
from operations.core.runtime import Machine
from operations.core.steps import Steps


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a command that changes nothing works with."""

    environment: str
    outputs: Path | None
    machine: Machine
    google: Google
    calls: Calls
    waits: Waits
    report: Report
    dry_run: bool = False
    """Changes nothing; says with `report.say` what it would change."""

    @cached_property
    def platform(self) -> PlatformOutputs:
        """What Terraform's outputs say; read when first used, so that what works on an
        environment before its first apply needs none.

        Raises:
            UsageError, FailedError: as `operations.core.outputs.load_outputs`.
        """
        return load_outputs(self.environment, self.outputs, self.machine)


@dataclass(frozen=True, kw_only=True)
class Changing(Reading):
    """What a command that changes something works with, besides."""

    journal: Journal
    steps: Steps


@contextmanager
def reading(
    context: typer.Context,
    environment: str,
    *,
    outputs: Path | None,
    as_json: bool,
    dry_run: bool = False,
) -> Iterator[Reading]:
    """Run the block as a command that changes nothing, or only looks what it would change.

    Raises:
        typer.Exit: it did not end well; what is to be said is said.
    """
    command, machine = _command(context)
    report = Report(machine.clock, as_json=as_json)
    with _ending(command, environment, report):
        yield _opened(environment, outputs, machine, report, dry_run=dry_run)


@contextmanager
def changing(
    context: typer.Context, environment: str, *, outputs: Path | None, as_json: bool
) -> Iterator[Changing]:
    """Run the block as a command that changes something: alone, with a journal.

    When the block fails, its steps are taken back, and what cannot be is named.

    Raises:
        typer.Exit: it did not end well; what is to be said is said.
    """
    command, machine = _command(context)
    report = Report(machine.clock, as_json=as_json)
    with _ending(command, environment, report), ExitStack() as stack:
        base = _opened(environment, outputs, machine, report, dry_run=False)
        journal = stack.enter_context(
            journal_opened(machine.folder, environment, command, machine.clock)
        )
        steps = Steps(journal, base.calls, report)
        try:
            yield Changing(**vars(base), journal=journal, steps=steps)
        except (Exception, KeyboardInterrupt) as error:
            if not isinstance(error, OperationError | KeyboardInterrupt):
                report.say(traceback.format_exc())
            ended = _ended(error, steps)
            _close(journal, report, OUTCOMES[ended.code], str(ended))
            raise ended from error
        _close(journal, report, OUTCOMES[DONE])


def _close(journal: Journal, report: Report, outcome: str, message: str = "") -> None:
    """End the journal. A disk that is full does not change how the command ended."""
    try:
        journal.end(outcome, message)
    except OSError as error:
        report.say(f"the journal cannot be written: {error}")


def _command(context: typer.Context) -> tuple[str, Machine]:
    """Return a command's name, such as `gateway deploy`, and what it runs on."""
    return context.command_path.partition(" ")[2], context.obj


def _opened(
    environment: str, outputs: Path | None, machine: Machine, report: Report, *, dry_run: bool
) -> Reading:
    google = Google(machine)
    calls = Calls(google, machine.clock, dry_run=dry_run, told=report.waiting)
    return Reading(
        environment=environment,
        outputs=outputs,
        machine=machine,
        google=google,
        calls=calls,
        waits=Waits(google, calls, machine.clock, report.waiting),
        report=report,
        dry_run=dry_run,
    )


def _ended(error: Exception | KeyboardInterrupt, steps: Steps) -> OperationError:
    """Take back what was done, and say what the error has come to."""
    left = steps.take_back()
    if isinstance(error, LeftError):
        left = (*error.left, *left)
    advice = ""
    if isinstance(error, OperationError):
        message, advice = str(error), error.advice
    else:
        message = str(_foreign(error))
    if left:
        return LeftError(message, left=left, advice=advice or "run the command again to finish")
    kind = type(error) if isinstance(error, RefusedError | UsageError) else FailedError
    return kind(message, advice=advice)


def _foreign(error: Exception | KeyboardInterrupt) -> FailedError:
    """Return what no part of `grid` raised as an error of its own."""
    if isinstance(error, KeyboardInterrupt):
        return FailedError("interrupted")
    return FailedError(f"a mistake in grid itself: {error!r}")


@contextmanager
def _ending(command: str, environment: str, report: Report) -> Iterator[None]:
    """Say how the block ended, in words or as JSON, and turn it into an exit code."""
    code, summary = DONE, {"command": command, "environment": environment}
    try:
        yield
    except (Exception, KeyboardInterrupt) as caught:
        error = caught if isinstance(caught, OperationError) else _foreign(caught)
        if not isinstance(caught, OperationError | KeyboardInterrupt):
            report.say(traceback.format_exc())
        code = error.code
        left = error.left if isinstance(error, LeftError) else ()
        report.say(f"grid {command} {environment}: {error}")
        for line in left:
            report.say(f"  left: {line}")
        if code in {AS_BEFORE, GUARDED}:
            report.say("Everything is as before.")
        if error.advice:
            report.say(f"To do: {error.advice}")
        summary |= {"error": str(error), "advice": error.advice}
        report.end({**summary, "exit_code": code, "outcome": OUTCOMES[code], "left": left})
        raise typer.Exit(code) from caught
    report.end({**summary, "exit_code": code, "outcome": OUTCOMES[code], "left": ()})
