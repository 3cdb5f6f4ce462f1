"""Warnings of a call: reported deep inside of a provider, answered with the call's response."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from offline.protocol.contract import Finding

_FINDINGS: ContextVar[list[Finding]] = ContextVar("findings")


@contextmanager
def collect() -> Iterator[list[Finding]]:
    """Collect what is reported inside of the block, in this thread."""
    findings: list[Finding] = []
    token = _FINDINGS.set(findings)
    try:
        yield findings
    finally:
        _FINDINGS.reset(token)


def report(finding: Finding) -> None:
    """Add a warning to the answer of the present call; outside of one nobody reads it."""
    _FINDINGS.get([]).append(finding)
