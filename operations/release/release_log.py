"""The record of the release that a command makes, kept up to date while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from operations.core.errors import OUTCOMES, SUCCEEDED, FailedError
from operations.core.session import WriteContext
from operations.release.records import (
    UNFINISHED,
    Place,
    Record,
    Releases,
    State,
    with_place,
)
from operations.release.regional_service import RegionalService


def unfinished(releases: Releases) -> Record | None:
    """Return the last release, if it did not end and nothing rolled it back.

    Raises:
        FailedError: the state bucket does not answer.
    """
    last = next(islice(releases.newest("deploy"), 1), None)
    return last if last and last.state in UNFINISHED else None


class ReleaseLog:
    """The record of one release. A release without places, which changes nothing, has no object."""

    def __init__(
        self, session: WriteContext, releases: Releases, record: Record, places: Sequence[Place]
    ) -> None:
        """`places` are those that the release changes; a resumed record keeps its own too."""
        self._session, self._releases = session, releases
        kept = {place.label: place for place in record.places}
        merged = {**{place.label: place for place in places}, **kept}
        self._record = replace(record, places=tuple(merged.values()), state="running", message="")
        self.id = record.id
        self._good_state: State = "succeeded"
        if self._record.places:
            self._record = releases.save(self._record)
            session.on_end.append(self._end)

    def set_place(self, label: str, **changes: Any) -> None:
        """Record something about one place, such as its new revision.

        Raises:
            FailedError: the state bucket does not answer, or another machine changed the record.
        """
        known = {place.label: place for place in self._record.places}
        if label in known and replace(known[label], **changes) != known[label]:
            self._record = self._releases.save(with_place(self._record, label, **changes))

    def set_state(self, state: State) -> None:
        """Record a state with which the command ends well, instead of succeeded."""
        self._good_state = state

    def _end(self, outcome: str, message: str) -> None:
        try:
            state: State = (
                self._good_state if outcome == OUTCOMES[SUCCEEDED] else self._failed_state()
            )
            self._releases.save(replace(self._record, state=state, message=message))
        except FailedError as error:
            raise FailedError(
                f"the end of release {self.id} was not recorded: {error}",
                advice="compare grid status with the release, which is recorded as running",
            ) from error

    def _failed_state(self) -> State:
        """Return whether every place serves what it served before. A migration may have stayed."""
        services = (
            (RegionalService(self._session, place.service, place.region), place)
            for place in self._record.places
        )
        reverted = all(service.sends({p.before.revision: 100}, {}) for service, p in services)
        return "reverted" if reverted else "incomplete"
