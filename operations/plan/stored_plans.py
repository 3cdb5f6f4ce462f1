"""Plans in the state bucket: one machine plans, people approve, and another machine applies.

The ID of a plan is the SHA-256 hash of its file. Who has the ID from the machine that planned gets
that plan or none, even if others can write to the folder.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from contract.state_location import APPLIED, PLANS
from operations.core.errors import UsageError
from operations.core.session import ReadContext, WriteContext
from operations.core.shared_objects import ABSENT

ID = "sha256:"
"""Begins the ID of a plan, which is no path."""
MAX_BYTES = 64 * 1024**2
"""Size of a plan. That of prod has less than 1 MiB."""


def store_plan(session: ReadContext, file: Path) -> str:
    """Store a plan in the state bucket, and return its ID.

    Raises:
        FailedError: the state bucket does not answer, or denies it.
    """
    content = file.read_bytes()
    digest = sha256(content).hexdigest()
    with session.report.step("store the plan"):
        session.shared.store(f"{PLANS}/{digest}", content)
    return f"{ID}{digest}"


def fetch_plan(session: ReadContext, plan: str, file: Path) -> None:
    """Write the plan of an ID to a file.

    Raises:
        UsageError: there is no such plan, or its content has another hash.
        FailedError: the state bucket does not answer, or denies it.
    """
    name = f"{PLANS}/{plan.removeprefix(ID)}"
    with session.report.step("fetch the plan"):
        content = session.shared.load(name, max_bytes=MAX_BYTES)
    advice = f"plan again: grid plan {session.environment} --store"
    if content is None:
        raise UsageError(f"there is no {session.shared.uri(name)}: plans expire", advice=advice)
    if f"{ID}{sha256(content).hexdigest()}" != plan:
        raise UsageError(f"{session.shared.uri(name)} is not the plan {plan}", advice=advice)
    file.write_bytes(content)


def is_applied(session: ReadContext, plan: str) -> bool:
    """Report whether the plan of an ID was applied.

    Raises:
        FailedError: the state bucket does not answer, or denies it.
    """
    return session.shared.generation(_record(plan)) != ABSENT


def record_applied(session: WriteContext, plan: str) -> None:
    """Record that the plan of an ID was applied, so that a repeated job does not fail at it.

    Raises:
        FailedError: the state bucket does not answer, or denies it.
    """
    content = {"version": 1, "run": session.journal.run}
    session.shared.write(_record(plan), content, replaces=ABSENT)


def _record(plan: str) -> str:
    return f"{APPLIED}/{plan.removeprefix(ID)}.json"
