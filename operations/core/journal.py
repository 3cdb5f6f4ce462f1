"""The journal: what a command was about to do and did, one file for each environment and command.

A line is one JSON object, written and synced before what it announces and after what it reports, so
that the file is true when the process is killed between any two of them. Never a secret is in it.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TextIO

from operations.core.errors import BlockedError, JournalError, UsageError
from operations.core.runtime import FOLDER, Clock

Value = str | int | float | bool | None
Event = Literal["start", "note", "begin", "done", "undone", "end"]
"""start and end of a run, a note of a fact, and the three states of a step."""
_FIELDS: Mapping[str, set[str]] = defaultdict(
    lambda: {"no such event"},
    {event: {"run", "at", "what"} for event in ("start", "begin", "done", "undone", "end")},
    note={"run", "at", "what", "value"},
)
"""Fields of an entry by its event."""


@dataclass(frozen=True)
class Unfinished:
    """The last run of a command, if it left something to finish or revert."""

    notes: Mapping[str, Value]
    """What it noted."""
    steps: frozenset[str]
    """The steps that it began and did not revert."""


class Journal:
    """The journal of one run of a command."""

    def __init__(
        self,
        file: Path,
        clock: Clock,
        command: str,
        *,
        is_optional: bool = False,
        is_alone: bool = True,
    ) -> None:
        """Begin a run. An optional journal is left out where nothing can be written."""
        self._file, self._clock, self._is_optional = file, clock, is_optional
        self.folder = file.parent
        self.is_alone = is_alone
        """Whether no other command of this checkout changes the environment now."""
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
        try:
            _append(self._file, json.dumps(line, ensure_ascii=False).encode())
        except OSError as error:
            if not self._is_optional:
                raise JournalError(
                    f"{self._file} cannot be written: {error.strerror}",
                    advice=f"free space there, or set {FOLDER} to another folder; then run the "
                    "same command again",
                ) from error


@contextmanager
def open_journal(
    folder: Path, environment: str, command: str, clock: Clock, *, is_optional: bool = False
) -> Iterator[Journal]:
    """Open the journal of a command, and lock the environment against other changes from here.

    An optional journal and lock stop nothing: the command continues, with another one of this
    checkout, and on a full or read-only disk.

    Raises:
        UsageError: nothing can be written there.
        BlockedError: another command changes this environment now.
    """
    directory = folder / "journal" / environment
    file = directory / f"{command.replace(' ', '-')}.jsonl"
    is_alone = True
    with ExitStack() as stack:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((directory / "lock").open("a+"))
            _lock(lock, environment, command)
        except BlockedError:
            if not is_optional:
                raise
            is_alone = False
        except OSError as error:
            if not is_optional:
                raise UsageError(
                    f"no journal can be kept in {directory}: {error.strerror}",
                    advice=f"make it writable, or set {FOLDER} to a folder that is",
                ) from error
        yield Journal(file, clock, command, is_optional=is_optional, is_alone=is_alone)


def _lock(lock: TextIO, environment: str, command: str) -> None:
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


def read(file: Path) -> list[dict[str, Any]]:
    """Return the entries of a journal. A line that is not an entry is left out.

    A kill can cut off a line in the middle, and a person can edit the file.
    """
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError:
        return []
    entries = []
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if (
            isinstance(entry, dict)
            and _FIELDS[str(entry.get("event"))] <= entry.keys()
            and all(isinstance(entry[name], str) for name in ("run", "at", "what"))
        ):
            entries.append(entry)
    return entries


def _append(file: Path, line: bytes) -> None:
    """Append a line and sync it to the disk, or leave the file as it was.

    A line that a kill cut off in the middle is ended first, or this one would be lost with it.
    """
    with file.open("a+b", buffering=0) as journal:
        size = journal.seek(0, os.SEEK_END)
        journal.seek(max(size - 1, 0))
        is_cut = size > 0 and journal.read(1) != b"\n"
        text = b"\n" * is_cut + line + b"\n"
        try:
            if journal.write(text) != len(text):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(journal.fileno())
        except OSError:
            with suppress(OSError):
                journal.truncate(size)
            raise


_SUCCEEDED = {"succeeded", "done"}
_FAILED = {"failed", "as before"}
"""Outcomes; the second of each is what earlier versions recorded."""


def _read_unfinished(entries: list[dict[str, Any]]) -> Unfinished | None:
    """Return the last run, unless it ended with nothing left to finish or revert.

    A run resumes the notes and steps of the one before; so runs are followed back to the last
    that came to an end. A run that failed and took its own steps back has not ended what an earlier
    one left: one without a network would make all forget it.
    """
    notes: dict[str, Value] = {}
    steps: set[str] = set()
    for entry in entries:
        event, what = entry["event"], entry["what"]
        if event == "end" and (what in _SUCCEEDED or (what in _FAILED and not steps)):
            notes.clear()
            steps.clear()
        elif event == "note":
            notes[what] = entry["value"]
        elif event == "begin":
            steps.add(what)
        elif event == "undone":
            steps.discard(what)
    return Unfinished(notes, frozenset(steps)) if steps or notes else None
