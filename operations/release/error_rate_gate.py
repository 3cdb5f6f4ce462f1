"""The gate between two steps of a release: which part of a revision's answers are errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from operations.core.errors import FailedError
from operations.core.session import ReadContext
from operations.release.regional_service import RegionalService

MIN_REQUESTS = 20
"""Requests below which a share says nothing."""
MAX_WINDOWS = 2
"""How many times the window a step waits for enough requests, before it goes on without."""
_PAUSE_SECONDS = 60
"""Cloud Run's metrics are sampled once a minute."""


@dataclass(frozen=True, kw_only=True)
class ErrorRateGate:
    """How long a step of the traffic is watched, and what it may show."""

    seconds: float
    """The window. A request is seen in Cloud Monitoring up to 4 minutes after it was made
    (Google Cloud metrics, run.googleapis.com/request_count)."""
    max_error_percent: float
    """Most answers with a status from 500, of all the revision's answers."""

    def watch(
        self, session: ReadContext, revisions: Sequence[tuple[RegionalService, str]]
    ) -> list[str]:
        """Watch revisions that have just got traffic; return what has to be said of it.

        Raises:
            FailedError: too many answers of one are errors.
        """
        clock = session.runtime.clock
        start_time, started = clock.now(), clock.monotonic()
        while True:
            waited = clock.monotonic() - started
            few = []
            for place, revision in revisions:
                total, errors = _count_responses(session, place.region, revision, start_time)
                percent = 100 * errors / total if total else 0
                if total < MIN_REQUESTS:
                    few.append(f"{place.label}: {total} requests only, {errors} of them errors")
                elif percent > self.max_error_percent:
                    raise FailedError(
                        f"{errors} of {total} answers of {revision} in {place.region} are errors: "
                        f"{percent:.1f} %, and {self.max_error_percent:g} % may be"
                    )
            remaining = self.seconds * (MAX_WINDOWS if few else 1) - waited
            if remaining <= 0:
                return few
            session.report.progress(f"{waited:.0f} s")
            clock.sleep(min(_PAUSE_SECONDS, remaining))


def _count_responses(
    session: ReadContext, region: str, revision: str, since: datetime
) -> tuple[int, int]:
    """Return how many requests a revision answered, and how many of them with an error."""
    series_filter = (
        'metric.type = "run.googleapis.com/request_count"'
        ' AND resource.type = "cloud_run_revision"'
        f' AND resource.labels.location = "{region}"'
        f' AND resource.labels.revision_name = "{revision}"'
    )
    total = errors = 0
    token = None
    while True:
        request = session.google.monitoring.projects().timeSeries()
        page = session.client.send(
            request.list(
                name=f"projects/{session.platform.project_id}",
                filter=series_filter,
                interval_startTime=since.isoformat(),
                interval_endTime=session.runtime.clock.now().isoformat(),
                pageToken=token,
            )
        )
        for series in page.get("timeSeries", []):
            count = sum(int(point["value"]["int64Value"]) for point in series["points"])
            total += count
            errors += count if series["metric"]["labels"]["response_code_class"] == "5xx" else 0
        token = page.get("nextPageToken")
        if not token:
            return total, errors
