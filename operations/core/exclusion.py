"""How a command holds the lease of its environment, and from which commands it takes it over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from operations.core.api_client import ApiClient
from operations.core.console import Report
from operations.core.errors import FailedError
from operations.core.google_apis import GoogleApis
from operations.core.journal import Journal
from operations.core.lease import Holder, Lease
from operations.core.outputs import state_location
from operations.core.runtime import Runtime
from operations.core.shared_objects import SharedObjects

_ATTEMPTS = 3
"""Requests for the lease at most: nobody waits a minute for it in an outage."""


@dataclass(frozen=True, kw_only=True)
class LeaseRule:
    """What a command does about the lease of its environment."""

    is_required: bool = True
    """Without the lease the command fails. Else it continues where the bucket does not answer."""
    preempts: frozenset[str] = frozenset()
    """Commands from which it takes the lease over."""
    reason: str = ""
    """Why the operator takes the lease over from any command; empty where it is not taken over."""

    def allows(self, holder: Holder) -> bool:
        """Return whether the lease may be taken over from a command that holds it."""
        return bool(self.reason) or holder.command in self.preempts


EXCLUSIVE = LeaseRule()


@contextmanager
def hold_lease(
    environment: str,
    command: str,
    rule: LeaseRule,
    *,
    runtime: Runtime,
    google: GoogleApis,
    client: ApiClient,
    journal: Journal,
    report: Report,
) -> Iterator[Lease | None]:
    """Hold the lease of an environment while the block runs: requests of `client` check it.

    The block gets None where the command continues without the lease.

    Raises:
        BlockedError: another command holds it.
        FailedError: it is required, and the state bucket does not answer.
    """
    own_client = ApiClient(google, runtime.clock, max_attempts=_ATTEMPTS)
    objects = SharedObjects(google, own_client, state_location(environment, runtime))
    holder = Holder(id=journal.run, command=command, owner=runtime.operator, reason=rule.reason)
    note = journal.folder / "lease" if journal.is_alone else None
    lease = Lease(objects, google.server_time, runtime.clock, holder, note)
    try:
        earlier = lease.acquire(rule.allows)
    except FailedError as error:
        if rule.is_required:
            raise
        report.log(f"warning: no lease, since the state bucket does not answer: {error}")
        yield None
        return
    if earlier:
        report.log(f"warning: the lease was taken over from {earlier}")
    client.fence = lease
    try:
        yield lease
    finally:
        client.fence = None
        lease.release()
