"""The findings of a check, and the environment that it checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from contract.outputs import PlatformOutputs
from operations.checks.stack import Stack
from operations.core.session import ReadContext

Severity = Literal["ok", "warning", "error", "unknown", "skipped"]
"""error: something fails, or will; warning: something can fail; unknown: Google did not answer;
skipped: without the outputs, as before the first apply, there is nothing to ask."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One result of a check."""

    severity: Severity
    what: str
    actual: str
    expected: str = ""
    advice: str = ""
    """The command to run, or another action; empty without a problem."""

    def as_json(self) -> dict[str, str]:
        """Return the finding for `--json`."""
        return {
            "severity": self.severity,
            "what": self.what,
            "actual": self.actual,
            "expected": self.expected,
            "help": self.advice,
        }


@dataclass(frozen=True)
class Subject:
    """An environment: as it is synthesized, and as it is applied."""

    session: ReadContext
    stack: Stack
    bootstrap: Stack | None
    """None where it is not synthesized."""
    platform: PlatformOutputs | None
    """None before the first apply, and where the outputs cannot be read."""

    @property
    def project(self) -> str:
        """The project that the stack is for."""
        return self.stack.project


Findings = Iterator[Finding]
