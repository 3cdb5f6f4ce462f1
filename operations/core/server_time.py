"""Google's time, as the headers of its responses have it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from operations.core.runtime import Clock


class ServerTime:
    """The clock of this machine, corrected by the `Date` header of the last response.

    An interval of a metric or the end of a lease means Google's time. The clock of a laptop can be
    minutes ahead of it or behind it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return Google's time in UTC, to the second; the time of this machine before the first
        response.
        """
        return self._clock.now() + self._offset

    def observe(self, headers: Mapping[str, str]) -> None:
        """Take the time from the headers of a response, whose names are in lower case."""
        try:
            date = parsedate_to_datetime(headers["date"])
        except (KeyError, ValueError):
            return
        self._offset = date - self._clock.now()
