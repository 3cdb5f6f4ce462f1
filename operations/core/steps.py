"""Runs a command as idempotent steps, and reverts them if one fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from operations.core.api_client import ApiClient
from operations.core.console import Report
from operations.core.errors import JournalError, StillRunningError
from operations.core.journal import Journal

T = TypeVar("T")


@dataclass
class _StartedStep:
    """A step of this run, or of the run that it resumes, that can have changed something."""

    name: str
    check: Callable[[], object | None]
    revert: Callable[[], object] | None
    complete: bool = False
    running: bool = False


class Steps:
    """The steps of one run."""

    def __init__(self, journal: Journal, client: ApiClient, report: Report) -> None:
        self._journal, self._client, self._report = journal, client, report
        self._started: list[_StartedStep] = []
        self.resumes: bool | None = None
        """Whether what is already there counts as begun by this run, and is reverted with it;
        None: what the journal says of the step."""

    def step(
        self,
        name: str,
        *,
        check: Callable[[], T | None],
        apply: Callable[[], object],
        revert: Callable[[], object] | None = None,
    ) -> T:
        """Apply a step unless it is applied already, and return the result of `check`.

        `name` is unique in the command and the same in each run. `check` returns None while there
        is nothing to find, and finds a change in progress too. `revert` runs when a later step
        fails; it can run when there is nothing to revert. Without it the step stays, and the
        command reports it as not reverted.

        Raises:
            FailedError: The step cannot be applied.
        """
        earlier = self._journal.unfinished
        with self._report.step(name) as set_detail:
            result = check()
            if result is not None:
                set_detail("already there")
                by_journal = earlier is not None and name in earlier.steps
                if by_journal if self.resumes is None else self.resumes:
                    self._started.append(_StartedStep(name, check, revert, complete=True))
                return result
            self._journal.begin(name)
            started = _StartedStep(name, check, revert)
            self._started.append(started)
            try:
                result = self._client.ensure(name, check, apply)
            except StillRunningError:
                started.running = True
                raise
            except KeyboardInterrupt:
                started.running = revert is None  # nothing can be said of it, and nothing done
                raise
            started.complete = True
            self._journal.done(name)
            return result

    def keep(self) -> None:
        """Keep the steps of this run, even if a later one fails."""
        self._started.clear()

    def abandon(self) -> tuple[str, ...]:
        """Revert nothing, and return the steps that stay, one line each."""
        remaining = tuple(
            f"{step.name}: {'completed' if step.complete else 'started'}, not reverted"
            for step in reversed(self._started)
        )
        self._started.clear()
        return remaining

    def revert_all(self) -> tuple[str, ...]:
        """Revert the steps, the last one first; return what was not reverted, one line each.

        If one revert fails, the others still run. Ctrl-C ends the loop.
        """
        remaining = []
        while self._started:
            started = self._started.pop()
            try:
                problem = self._revert(started)
            except KeyboardInterrupt:
                rest = [f"{step.name}: not reverted" for step in reversed(self._started)]
                remaining += [f"{started.name}: the revert was interrupted", *rest]
                self._started.clear()
                break
            if problem:
                remaining.append(problem)
        return tuple(remaining)

    def _revert(self, started: _StartedStep) -> str:
        name = started.name
        if started.running:
            return f"{name}: may still be running"
        try:
            if not started.complete and started.check() is None:
                self._undone(name)
                return ""
            if started.revert is None:
                return (
                    f"{name}: {'completed' if started.complete else 'started'}, cannot be reverted"
                )
            with self._report.step(f"undo {name}"):
                started.revert()
            self._undone(name)
        except Exception as error:  # noqa: BLE001 (a token that ran out, a full disk, a mistake)
            return f"{name}: not known whether it is there ({error!s:.500})"
        return ""

    def _undone(self, name: str) -> None:
        """Record that a step is reverted. Without the record, the next run finds that out."""
        try:
            self._journal.undone(name)
        except JournalError as error:
            self._report.log(f"warning: {error}")
