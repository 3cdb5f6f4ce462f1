"""Help of a command: its examples and exit codes below its options."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand

from operations.core.errors import MEANINGS


class DocumentedCommand(TyperCommand):
    """A command whose help has examples and exit codes."""

    examples: tuple[str, ...] = ()
    exit_codes: tuple[int, ...] = ()

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 (of Typer)
        """Write the examples as lines to copy, and the meaning of each exit code."""
        with formatter.section("Examples"):
            formatter.write("".join(f"  {line}\n" for line in self.examples))
        write_exit_codes(formatter, self.exit_codes)


def write_exit_codes(formatter: Any, codes: Iterable[int]) -> None:
    """Write a section with the meaning of each exit code."""
    with formatter.section("Exit codes"):
        formatter.write_dl([(str(code), MEANINGS[code]) for code in codes])
