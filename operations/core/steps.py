"""The steps of a command. Each looks before it changes: running it again finishes the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from operations.core.api_client import Calls
from operations.core.console import Report
from operations.core.errors import StillRunningError
from operations.core.journal import Journal

T = TypeVar("T")


@dataclass
class _Changed:
    """A step that this run, or the one that it takes up, may have changed something in."""

    name: str
    look: Callable[[], object | None]
    undo: Callable[[], object] | None
    complete: bool = False
    running: bool = False


class Steps:
    """Does the steps of one run, and takes them back when one fails."""

    def __init__(self, journal: Journal, calls: Calls, report: Report) -> None:
        self._journal, self._calls, self._report = journal, calls, report
        self._changed: list[_Changed] = []

    def step(
        self,
        name: str,
        *,
        look: Callable[[], T | None],
        change: Callable[[], object],
        undo: Callable[[], object] | None = None,
    ) -> T:
        """Do a step unless it is done, and return what `look` finds then.

        `name` is unique in the command and the same in each run. `look` returns None while there is
        nothing to find, and finds what is only begun too. `undo` takes the step back when a later
        one fails; it may be called when there is nothing to take back. Without it the step stays,
        and the command ends with what it left.

        Raises:
            FailedError: it cannot be done.
        """
        earlier = self._journal.unfinished
        with self._report.step(name) as shown:
            found = look()
            if found is not None:
                shown("already there")
                if earlier and name in earlier.steps:
                    self._changed.append(_Changed(name, look, undo, complete=True))
                return found
            self._journal.begin(name)
            changed = _Changed(name, look, undo)
            self._changed.append(changed)
            try:
                found = self._calls.ensure(name, look, change)
            except StillRunningError:
                changed.running = True
                raise
            except KeyboardInterrupt:
                changed.running = undo is None  # nothing can be said of it, and nothing done
                raise
            changed.complete = True
            self._journal.done(name)
            return found

    def keep(self) -> None:
        """Say that what is done so far stays, whatever fails later."""
        self._changed.clear()

    def take_back(self) -> tuple[str, ...]:
        """Take back what was changed, the last first; return what is left, one line each.

        Whatever goes wrong with one step, the others are taken back; Ctrl-C ends it.
        """
        left = []
        while self._changed:
            changed = self._changed.pop()
            try:
                said = self._take_back(changed)
            except KeyboardInterrupt:
                rest = [f"{one.name}: not taken back" for one in reversed(self._changed)]
                left += [f"{changed.name}: taking it back was interrupted", *rest]
                self._changed.clear()
                break
            if said:
                left.append(said)
        return tuple(left)

    def _take_back(self, changed: _Changed) -> str:
        name = changed.name
        if changed.running:
            return f"{name}: may still be running"
        try:
            if not changed.complete and changed.look() is None:
                self._journal.undone(name)
                return ""
            if changed.undo is None:
                return f"{name}: {'done' if changed.complete else 'begun'}, and stays"
            with self._report.step(f"undo {name}"):
                changed.undo()
            self._journal.undone(name)
        except Exception as error:  # noqa: BLE001 (a token that ran out, a full disk, a mistake)
            return f"{name}: not known whether it is there ({error!s:.500})"
        return ""
