"""The journal: what a command was about to do and did, one file for each environment and command.

A line is one JSON object, written and synced before what it announces and after what it reports, so
that the file is true when the process is killed between any two of them. Never a secret is in it.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from operations.core.errors import BlockedError, UsageError
from operations.core.runtime import FOLDER, Clock

Value = str | int | float | bool | None
Event = Literal["start", "note", "begin", "done", "undone", "end"]
"""start and end of a run, a note of a fact, and the three states of a step."""


@dataclass(frozen=True)
class Unfinished:
    """The last run of a command, if it left something to finish or revert."""

    notes: Mapping[str, Value]
    """What it noted."""
    steps: frozenset[str]
    """The steps that it began and did not revert."""


class Journal:
    """The journal of one run of a command."""

    def __init__(self, file: Path, clock: Clock, command: str) -> None:
        self._file, self._clock = file, clock
        self.folder = file.parent
        _end_truncated_line(file)
        self.run = f"{clock.now():%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        """Names this run."""
        self.unfinished = _read_unfinished(read(file))
        """The previous run, if this one has to resume it."""
        self._write("start", command)

    def note(self, name: str, value: Value) -> None:
        """Record a fact that a later run needs, such as the previous revision. Never a secret."""
        self._write("note", name, value=value)

    def begin(self, step: str) -> None:
        """Record that a step is about to change something."""
        self._write("begin", step)

    def done(self, step: str) -> None:
        """Record that a step is applied."""
        self._write("done", step)

    def undone(self, step: str) -> None:
        """Record that a step is reverted."""
        self._write("undone", step)

    def end(self, outcome: str, message: str = "") -> None:
        """Record the outcome of the run."""
        self._write("end", outcome, value=message)

    def _write(self, event: Event, what: str, **more: Value) -> None:
        at = self._clock.now().isoformat(timespec="seconds")
        line = {"run": self.run, "at": at, "event": event, "what": what, **more}
        with self._file.open("ab") as file:
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def open_journal(folder: Path, environment: str, command: str, clock: Clock) -> Iterator[Journal]:
    """Open the journal of a command, and lock the environment against other changes.

    Raises:
        UsageError: nothing can be written there.
        BlockedError: another command changes this environment now.
    """
    directory = folder / "journal" / environment
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock_file = (directory / "lock").open("a+")
    except OSError as error:
        raise UsageError(
            f"no journal can be kept in {directory}: {error.strerror}",
            advice=f"make it writable, or set {FOLDER} to a folder that is",
        ) from error
    with lock_file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise BlockedError(
                f"another command changes {environment} now: {lock.read() or 'unknown'}",
                advice="wait for it to end",
            ) from error
        lock.truncate(0)
        lock.write(f"grid {command}, process {os.getpid()}")
        lock.flush()
        yield Journal(directory / f"{command.replace(' ', '-')}.jsonl", clock, command)


def read(file: Path) -> list[dict[str, Any]]:
    """Return the entries of a journal; a line that was cut off in the middle is not one."""
    try:
        lines = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    entries = []
    for line in lines:
        try:
            entries.append(json.loads(line))
        except ValueError:
            continue
    return entries


def _end_truncated_line(file: Path) -> None:
    """End a line that was cut off in the middle, or the next entry would be lost with it."""
    with file.open("a+b") as open_journal:
        size = open_journal.tell()
        open_journal.seek(max(size - 1, 0))
        if open_journal.read(1) not in {b"", b"\n"}:
            open_journal.write(b"\n")


def _read_unfinished(entries: list[dict[str, Any]]) -> Unfinished | None:
    """Return the last run, unless it ended with nothing left to finish or take back.

    A run takes up what the one before left, notes and steps; so runs are followed back to the last
    that came to an end. A run that failed and took its own steps back has not ended what an earlier
    one left: one without a network would make all forget it.
    """
    notes: dict[str, Value] = {}
    steps: set[str] = set()
    for entry in entries:
        event, what = entry["event"], entry["what"]
        if event == "end" and (what == "done" or (what == "as before" and not steps)):
            notes.clear()
            steps.clear()
        elif event == "note":
            notes[what] = entry["value"]
        elif event == "begin":
            steps.add(what)
        elif event == "undone":
            steps.discard(what)
    return Unfinished(notes, frozenset(steps)) if steps or notes else None
