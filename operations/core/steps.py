"""The steps of a command. Each looks before it changes: running it again finishes the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from operations.core.api_client import ApiClient
from operations.core.console import Report
from operations.core.errors import StillRunningError
from operations.core.journal import Journal

T = TypeVar("T")


@dataclass
class _StartedStep:
    """A step that this run, or the one that it takes up, may have changed something in."""

    name: str
    check: Callable[[], object | None]
    revert: Callable[[], object] | None
    complete: bool = False
    running: bool = False


class Steps:
    """Does the steps of one run, and takes them back when one fails."""

    def __init__(self, journal: Journal, client: ApiClient, report: Report) -> None:
        self._journal, self._client, self._report = journal, client, report
        self._started: list[_StartedStep] = []

    def step(
        self,
        name: str,
        *,
        check: Callable[[], T | None],
        apply: Callable[[], object],
        revert: Callable[[], object] | None = None,
    ) -> T:
        """Do a step unless it is done, and return what `check` finds then.

        `name` is unique in the command and the same in each run. `check` returns None while there is
        nothing to find, and finds what is only begun too. `revert` takes the step back when a later
        one fails; it may be called when there is nothing to take back. Without it the step stays,
        and the command ends with what it left.

        Raises:
            FailedError: it cannot be done.
        """
        earlier = self._journal.unfinished
        with self._report.step(name) as set_detail:
            result = check()
            if result is not None:
                set_detail("already there")
                if earlier and name in earlier.steps:
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
        """Say that what is done so far stays, whatever fails later."""
        self._started.clear()

    def revert_all(self) -> tuple[str, ...]:
        """Take back what was changed, the last first; return what is left, one line each.

        Whatever goes wrong with one step, the others are taken back; Ctrl-C ends it.
        """
        remaining = []
        while self._started:
            started = self._started.pop()
            try:
                problem = self._revert(started)
            except KeyboardInterrupt:
                rest = [f"{step.name}: not taken back" for step in reversed(self._started)]
                remaining += [f"{started.name}: taking it back was interrupted", *rest]
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
                self._journal.undone(name)
                return ""
            if started.revert is None:
                return f"{name}: {'done' if started.complete else 'begun'}, and stays"
            with self._report.step(f"undo {name}"):
                started.revert()
            self._journal.undone(name)
        except Exception as error:  # noqa: BLE001 (a token that ran out, a full disk, a mistake)
            return f"{name}: not known whether it is there ({error!s:.500})"
        return ""
