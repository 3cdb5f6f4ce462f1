"""The record of a deployment of the Apigee proxy, which every machine reads.

It says which revision to return to. A note in the journal of one checkout cannot: another machine
may have deployed since.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from contract.outputs import Gateway
from operations.core.errors import OUTCOMES, SUCCEEDED
from operations.core.session import WriteContext
from operations.release.records import (
    UNFINISHED,
    Place,
    PreviousRevision,
    Record,
    Releases,
    State,
)

COMMAND = "gateway deploy"


class GatewayLog:
    """The revision before a deployment, and the record of the deployment."""

    def __init__(
        self,
        session: WriteContext,
        gateway: Gateway,
        new_revision: str,
        deployed: Callable[[], list[str]],
    ) -> None:
        """`deployed` returns the revisions that are deployed, the last one begun last."""
        self._deployed, self._releases = deployed, Releases(session)
        now = deployed()
        earlier = next(islice(self._releases.newest(COMMAND), 1), None)
        unfinished = _left(earlier, now)
        before = unfinished.before.revision if unfinished else ""
        if not unfinished or before == new_revision:
            before = next((revision for revision in now if revision != new_revision), "")
        self.before = before or None
        """Revision to return to; None where none was deployed."""
        self.resumes = unfinished is not None and unfinished.after == new_revision
        """An earlier run deployed the revision, and did not end."""
        place = Place(
            service="gateway",
            region=gateway.environment,
            name=f"organizations/{gateway.organization}/apis/{gateway.proxy}",
            image=f"{gateway.proxy}/revisions/{new_revision}",
            before=PreviousRevision(revision=before, image=""),
            after=new_revision,
        )
        if self.resumes and earlier:
            record = replace(earlier, state="running", message="")
        else:
            record = self._releases.new(COMMAND, (place,))
        if self.resumes or now != [new_revision]:
            self._record = self._releases.save(record)
            session.on_end.append(self._end)

    def _end(self, outcome: str, message: str) -> None:
        state: State = "succeeded"
        if outcome != OUTCOMES[SUCCEEDED]:
            expected = [self.before] if self.before else []
            state = "reverted" if self._deployed() == expected else "incomplete"
        self._releases.save(replace(self._record, state=state, message=message))


def _left(earlier: Record | None, deployed: list[str]) -> Place | None:
    """Return what an unfinished deployment changed, if its revision is still the last one."""
    if earlier is None or earlier.state not in UNFINISHED or not deployed:
        return None
    return next((place for place in earlier.places if place.after == deployed[-1]), None)
