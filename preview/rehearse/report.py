"""Text of a rehearsal: a line for each step as it ends, and a summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape

_COMMAND, _RESULT = 46, 56  # characters
LAST_LINES = 40
"""Lines of the output of a failed step."""


@dataclass(frozen=True)
class Done:
    """Step that ended."""

    name: str
    commands: Sequence[str]
    """As an operator types them."""
    started: float
    """Seconds since the first step began."""
    seconds: float
    result: str
    has_failed: bool = False


def shorten(commands: Sequence[str], length: int = _COMMAND) -> str:
    """Return commands in a line: digests by their first characters, and the rest cut off."""
    text = " && ".join(re.sub(r"\S+@sha256:(\w{4})\w+", r"…@\1", one) for one in commands)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def print_step(done: Done, console: Console) -> None:
    """Print the line of a step."""
    mark = "[red]✗[/]" if done.has_failed else "[green]✓[/]"
    head = f"{done.name:<15}{done.seconds:6.1f} s  {done.result:<{_RESULT}}"
    command = shorten(done.commands)
    console.print(f"  {mark} {escape(head)}  [dim]{escape(command)}[/]", soft_wrap=True)


def print_failure(done: Done, output: str, log: str, console: Console) -> None:
    """Print the end of the output of the step that failed, and what to do."""
    console.print(f"\nError: The step {done.name} failed", markup=False)
    console.print(f"  --> {done.commands[-1] if done.commands else done.name}", markup=False)
    console.print(f"  {done.result}", markup=False, soft_wrap=True)
    for line in output.rstrip().splitlines()[-LAST_LINES:]:
        console.print(f"  | {line}", markup=False, soft_wrap=True)
    console.print(f"help: Read all outputs: {log}", markup=False)


def print_summary(
    environment: str, provider: str, steps: Sequence[Done], files: Sequence[str], console: Console
) -> None:
    """Print how long it took, and which files were written."""
    seconds = steps[-1].started + steps[-1].seconds
    console.print(
        f"\n{environment} lived for {seconds:.0f} s in {len(steps)} steps, with the {provider} "
        "provider; nothing is left but the state bucket",
        markup=False,
    )
    for file in files:
        console.print(f"  {file}", markup=False)
