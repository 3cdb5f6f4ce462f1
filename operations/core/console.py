"""Output of a command: progress on stderr; the result on stdout, as text or one JSON document."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from operations.core.runtime import Clock


class SetDetail(Protocol):
    """Sets the detail of a step; a step with a problem gets another mark."""

    def __call__(self, text: str, *, is_problem: bool = False) -> None:
        """Set the text."""


WIDTH = 10_000
"""Columns where there is no terminal: lines in files and logs of pipelines stay whole."""


class _Console(Console):
    """Console that survives a closed pipe, as of `| head`: rich would end the process."""

    def on_broken_pipe(self) -> None:
        """Print nothing more: a release must not stop in the middle because nobody watches it."""
        self.quiet = True
        _discard(self.file.fileno())


def _console(*, stderr: bool) -> Console:
    """Return a console that honours NO_COLOR and writes plain text without a terminal."""
    console = _Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else _Console(stderr=stderr, highlight=False, width=WIDTH)


def _discard(descriptor: int) -> None:
    """Discard further output to the descriptor, also what Python flushes at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)


class Report:
    """Progress of a command while it runs, and its result at the end."""

    def __init__(self, clock: Clock, *, as_json: bool) -> None:
        self._clock, self._as_json = clock, as_json
        self._errors, self._output = _console(stderr=True), _console(stderr=False)
        self._status: Callable[[str], object] = str
        self.result: Mapping[str, Any] = {}
        """Result of the command, for `--json`."""

    @contextmanager
    def step(self, name: str) -> Iterator[SetDetail]:
        """Show a step while the block runs, and its time after it; a failed one is marked.

        The block gets a function that sets the detail printed at the end of the step, and whether
        it reports a problem.
        """
        started, mark, detail = self._clock.monotonic(), "[red]✗[/]", ""
        success = "[green]✓[/]"

        def set_detail(text: str, *, is_problem: bool = False) -> None:
            nonlocal detail, success
            detail = text
            success = "[yellow]![/]" if is_problem else success

        with self._errors.status(escape(name)) as status:
            before = self._status
            self._status = lambda text: status.update(f"{escape(name)}  [dim]{escape(text)}[/]")
            try:
                yield set_detail
                mark = success
            except BaseException as error:
                if not hasattr(error, "__notes__"):  # an inner step has named itself
                    error.add_note(name)
                raise
            finally:
                self._status = before
                duration = self._clock.monotonic() - started
                self._errors.print(
                    f"{mark} {escape(name)}  {duration:.1f} s  {escape(detail)}".rstrip(),
                    soft_wrap=True,
                )

    def progress(self, text: str) -> None:
        """Show the progress of the current step, on a terminal only."""
        self._status(text)

    def log(self, text: str) -> None:
        """Print a line of progress."""
        self._errors.print(escape(text), soft_wrap=True)

    def show(self, result: RenderableType) -> None:
        """Print the result for a person; `--json` leaves it out and prints `result`.

        A table with columns that do not wrap is as wide as it needs: a folded name can be neither
        copied nor found.
        """
        if self._as_json:
            return
        width = self._output.width
        if isinstance(result, Table) and any(column.no_wrap for column in result.columns):
            unlimited = self._output.options.update(width=WIDTH)
            needed = Measurement.get(self._output, unlimited, result).maximum
            self._output.width = max(width, needed)
        try:
            self._output.print(result, soft_wrap=isinstance(result, str | Text))
        finally:
            self._output.width = width

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Print the JSON document with `result`, if `--json` is set."""
        if self._as_json:
            text = json.dumps({**summary, "result": self.result}, indent=2, ensure_ascii=False)
            try:
                sys.stdout.write(f"{text}\n")
                sys.stdout.flush()
            except BrokenPipeError:
                _discard(sys.stdout.fileno())
