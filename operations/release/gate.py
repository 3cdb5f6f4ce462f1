"""The gate between two steps of a release: a revision is compared with the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from operations.core.errors import FailedError
from operations.core.session import ReadContext
from operations.release.measurements import Measurement, measure
from operations.release.regional_service import RegionalService

MIN_REQUESTS = 20
"""Requests below which a share of errors says little."""
MIN_ERRORS = 3
"""Errors after which most of a few requests failing ends the release before the window does."""
MAX_WINDOWS = 2
"""How many times the window a step waits for enough requests, before it continues without."""
_PAUSE_SECONDS = 60
"""Cloud Run's metrics are sampled once a minute."""
_CLIENT_ERROR_POINTS = 10
"""Percentage points by which 4xx responses may exceed those of the revision before. Some are
normal: a share alone says nothing."""
_CLIENT_ERROR_PERCENT = 50
"""Percent of 4xx responses that fail a revision without another one to compare with."""
_SLOWER_FACTOR, _SLOWER_MS = 2.0, 500.0
"""A revision is too slow when its 95th percentile is more than so many times, and so many
milliseconds above, that of the revision before."""
_MIN_STARTS, _STARTS_FACTOR = 5, 3.0
"""Starts of instances that fail a revision when they are so many times those of the revision
before, for the same number of requests: instances that crash are started again."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A revision with new traffic, and the one that it replaces."""

    place: RegionalService
    revision: str
    before: str
    """Empty, or the same revision, where there is nothing to compare with."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """How long a step of the traffic is watched, and what it may show."""

    seconds: float
    """The window. A request is seen in Cloud Monitoring up to 4 minutes after it was made
    (Google Cloud metrics, run.googleapis.com/request_count)."""
    max_error_percent: float
    """Most responses with a status from 500, of all the revision's responses."""

    def watch(self, session: ReadContext, watched: Sequence[Watched]) -> list[str]:
        """Watch revisions that have just got traffic; return warnings.

        Raises:
            FailedError: one of them is worse than it may be, or Cloud Monitoring does not answer.
        """
        since, clock = session.google.server_time.now(), session.runtime.clock
        started = clock.monotonic()
        while True:
            waited = clock.monotonic() - started
            few = []
            is_over = waited >= self.seconds * MAX_WINDOWS
            for each in watched:
                now = self._check(session, each, since, is_last=is_over)
                if now.total < MIN_REQUESTS:
                    errors = now.responses.get("5xx", 0)
                    few.append(f"{each.place.label}: only {now.total} requests, {errors} errors")
            remaining = self.seconds * (MAX_WINDOWS if few else 1) - waited
            if remaining <= 0:
                return few
            session.report.progress(f"{waited:.0f} s")
            clock.sleep(min(_PAUSE_SECONDS, remaining))

    def _check(
        self, session: ReadContext, each: Watched, since: datetime, *, is_last: bool
    ) -> Measurement:
        region = each.place.region
        now = measure(session, region, each.revision, since)
        before = None
        if each.before and each.before != each.revision:
            before = measure(session, region, each.before, since)
        problem = self._server_errors(now, is_last=is_last)
        if now.total >= MIN_REQUESTS:
            problem = problem or _client_errors(now, before) or _latency(now, before)
        problem = problem or _starts(now, before)
        if problem:
            raise FailedError(
                f"revision {each.revision} in {region} failed the gate: {problem}",
                advice="check the logs of the revision, fix the image, and deploy again",
            )
        return now

    def _server_errors(self, now: Measurement, *, is_last: bool) -> str:
        errors, percent = now.responses.get("5xx", 0), now.percent("5xx")
        mostly = percent >= 50 and (errors >= MIN_ERRORS or is_last)
        if (now.total >= MIN_REQUESTS and percent > self.max_error_percent) or (errors and mostly):
            return (
                f"{errors} of {now.total} responses are 5xx ({percent:.1f}%). "
                f"The limit is {self.max_error_percent:g}%."
            )
        return ""


def _client_errors(now: Measurement, before: Measurement | None) -> str:
    percent = now.percent("4xx")
    if before is None or before.total < MIN_REQUESTS:
        limit = float(_CLIENT_ERROR_PERCENT)
    else:
        limit = before.percent("4xx") + _CLIENT_ERROR_POINTS
    if percent <= limit:
        return ""
    return (
        f"{now.responses.get('4xx', 0)} of {now.total} responses are 4xx ({percent:.1f}%). "
        f"The limit is {limit:.1f}%, from the revision before."
    )


def _latency(now: Measurement, before: Measurement | None) -> str:
    if before is None or before.total < MIN_REQUESTS:
        return ""
    if now.latency_ms is None or before.latency_ms is None:
        return ""
    limit = max(before.latency_ms * _SLOWER_FACTOR, before.latency_ms + _SLOWER_MS)
    if now.latency_ms <= limit:
        return ""
    return (
        f"95% of responses take up to {now.latency_ms:.0f} ms. The limit is {limit:.0f} ms, from "
        f"{before.latency_ms:.0f} ms of the revision before."
    )


def _starts(now: Measurement, before: Measurement | None) -> str:
    """Compare starts for the same number of requests; both revisions have at least one."""
    if before is None or now.starts < _MIN_STARTS:
        return ""
    expected = max(before.starts, 1) * max(now.total, 1) / max(before.total, 1)
    limit = max(_MIN_STARTS, _STARTS_FACTOR * expected)
    if now.starts <= limit:
        return ""
    return f"its instances started {now.starts} times. The limit is {limit:.0f}: they may crash."
