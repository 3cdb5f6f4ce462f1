"""Runs a command and maps its result to an exit code. No other module chooses exit codes."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import typer

from contract.outputs import PlatformOutputs
from operations.core.api_client import ApiClient
from operations.core.console import Report
from operations.core.errors import (
    OUTCOMES,
    SUCCEEDED,
    JournalError,
    OperationError,
    StoppedError,
)
from operations.core.exclusion import EXCLUSIVE, LeaseRule, hold_lease
from operations.core.google_apis import GoogleApis
from operations.core.journal import Journal, open_journal
from operations.core.outcomes import report_result, revert_and_classify, stop
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
    on_end: list[Callable[[str, str], object]] = field(default_factory=list)
    """Called with outcome and message when the command ended and its steps are reverted."""


C = TypeVar("C", bound=ReadContext)


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
    with report_result(command, environment, report, is_write=False):
        yield _open_context(environment, outputs, runtime, report, dry_run=dry_run)


@contextmanager
def write_context(
    context: typer.Context,
    environment: str,
    *,
    outputs: Path | None,
    as_json: bool,
    lease: LeaseRule | None = EXCLUSIVE,
    is_emergency: bool = False,
    ask: Callable[[ReadContext], None] = lambda _: None,
) -> Iterator[WriteContext]:
    """Run the block as a command that changes something, under the lock, with a journal.

    `lease` is None for a command that can run at the same time as others. In an emergency it
    continues without a journal, and at the same time as another command of this checkout.
    `ask` asks the operator; it runs before the lock and the lease are acquired, since a question
    must not keep or stop other commands.

    If the block fails, its steps are reverted, and those that cannot be are reported.

    Raises:
        typer.Exit: the command did not succeed; the error is printed.
    """
    command, runtime = _command_and_runtime(context)
    report = Report(runtime.clock, as_json=as_json)
    with report_result(command, environment, report, is_write=True), ExitStack() as stack:
        base = _open_context(environment, outputs, runtime, report, dry_run=False)
        ask(base)
        journal = stack.enter_context(
            open_journal(
                runtime.folder, environment, command, runtime.clock, is_optional=is_emergency
            )
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
        given = {each.name: getattr(base, each.name) for each in fields(base)}
        session = WriteContext(**given, journal=journal, steps=steps)
        try:
            yield session
        except (Exception, KeyboardInterrupt) as error:
            if not isinstance(error, OperationError | KeyboardInterrupt):
                report.log(traceback.format_exc())
            if isinstance(error, StoppedError):
                failure: OperationError = stop(error, steps)
            else:
                failure = revert_and_classify(error, steps)
            _close(session, OUTCOMES[failure.code], str(failure))
            raise failure from error
        _close(session, OUTCOMES[SUCCEEDED])


def fork(session: C, *, timeout_seconds: float = 20, max_attempts: int = 3) -> C:
    """Return a context for a thread of its own: Google's client is not made for two.

    It shares lease, journal and report. A request takes at most so many seconds and attempts, so
    that a region that does not answer is given up after about a minute.
    """
    runtime = replace(
        session.runtime, timeout_seconds=min(timeout_seconds, session.runtime.timeout_seconds)
    )
    google = GoogleApis(runtime)
    client = ApiClient(
        google,
        runtime.clock,
        dry_run=session.dry_run,
        on_progress=session.report.progress,
        max_attempts=max_attempts,
    )
    client.fence = session.client.fence
    poller = Poller(google, client, runtime.clock, session.report.progress)
    own = replace(session, google=google, client=client, poller=poller)
    vars(own)["platform"] = session.platform  # read once
    return own


def _close(session: WriteContext, outcome: str, message: str = "") -> None:
    """Record the end. A full disk, or a bucket that does not answer, changes no exit code."""
    try:
        session.journal.end(outcome, message)
    except JournalError as error:
        session.report.log(f"warning: {error}")
    for on_end in session.on_end:
        try:
            on_end(outcome, message)
        except OperationError as error:
            session.report.log(f"warning: {error}")


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
