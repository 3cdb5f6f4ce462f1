"""Steps and their time, on stderr: a spinner on a terminal, one line a step anywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

WIDTH = 100  # characters, where the output is not a terminal


def create_console(*, stderr: bool = False) -> Console:
    """Return a console that writes plain text without a terminal, and honors NO_COLOR."""
    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=WIDTH)


@dataclass
class Step:
    """Running step; `detail` is printed at its end, `count` returns its progress."""

    detail: str = ""
    count: Callable[[], str] = field(default=lambda: "")


class Steps:
    """Printer of the steps and of the time that each took."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the creation of this object."""
        return time.monotonic() - self.started

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show a step while the block runs, and its time after it; a failed one is marked."""
        step, started, mark = Step(), time.monotonic(), "[red]✗[/]"
        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[step]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        bar.add_task(f"{name:<12}", step=_Live(step))
        try:
            with bar:
                yield step
            mark = "[green]✓[/]"
        finally:
            took = time.monotonic() - started
            detail = f"   [dim]{escape(step.detail)}[/]" if step.detail else ""
            self._console.print(f"  {mark} {name:<12}{took:6.1f} s{detail}")


class _Live:
    """Progress of a step, evaluated each time the bar is drawn."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def __str__(self) -> str:
        return self._step.count()
