"""What Cloud Monitoring has measured of a Cloud Run revision.

Page "Google Cloud metrics", https://cloud.google.com/monitoring/api/metrics_gcp_p_z: request_count
and request_latencies by class of response, container/startup_latencies by start of an instance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.core.session import ReadContext

REQUESTS = "run.googleapis.com/request_count"
LATENCIES = "run.googleapis.com/request_latencies"
STARTS = "run.googleapis.com/container/startup_latencies"
_MIN_PERIOD_SECONDS = 60
"""Shortest alignment period (Cloud Monitoring, "Filtering and aggregation")."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """Requests of one revision since a time."""

    responses: Mapping[str, int]
    """Responses by class, such as 5xx."""
    latency_ms: float | None
    """95th percentile; None without requests."""
    starts: int
    """Starts of instances."""

    @property
    def total(self) -> int:
        """Return the number of responses."""
        return sum(self.responses.values())

    def percent(self, response_class: str) -> float:
        """Return the share of a class of responses in percent; 0 without responses."""
        return 100 * self.responses.get(response_class, 0) / self.total if self.total else 0


def measure(session: ReadContext, region: str, revision: str, since: datetime) -> Measurement:
    """Return what was measured of a revision since a time, which is Google's.

    Raises:
        FailedError: Cloud Monitoring does not answer.
    """
    responses: Counter[str] = Counter()
    for series in _series(session, REQUESTS, region, revision, since):
        count = sum(int(point["value"]["int64Value"]) for point in series["points"])
        responses[series["metric"]["labels"]["response_code_class"]] += count
    latency = [
        float(point["value"]["doubleValue"])
        for series in _series(session, LATENCIES, region, revision, since, percentile=95)
        for point in series["points"]
    ]
    starts = sum(
        int(point["value"]["distributionValue"].get("count", 0))
        for series in _series(session, STARTS, region, revision, since)
        for point in series["points"]
    )
    return Measurement(
        responses=dict(responses), latency_ms=max(latency, default=None), starts=starts
    )


def _series(
    session: ReadContext,
    metric: str,
    region: str,
    revision: str,
    since: datetime,
    *,
    percentile: int | None = None,
) -> Iterator[Mapping[str, Any]]:
    """Return the series of a revision; with `percentile`, one number for each period."""
    now = session.google.server_time.now()
    series_filter = (
        f'metric.type = "{metric}"'
        ' AND resource.type = "cloud_run_revision"'
        f' AND resource.labels.location = "{region}"'
        f' AND resource.labels.revision_name = "{revision}"'
    )
    aggregation: dict[str, str] = {}
    if percentile:
        seconds = max(_MIN_PERIOD_SECONDS, int((now - since).total_seconds()))
        aggregation = {
            "aggregation_alignmentPeriod": f"{seconds}s",
            "aggregation_perSeriesAligner": "ALIGN_DELTA",
            "aggregation_crossSeriesReducer": f"REDUCE_PERCENTILE_{percentile}",
        }
    token = None
    while True:
        request = session.google.monitoring.projects().timeSeries()
        page = session.client.send(
            request.list(
                name=f"projects/{session.platform.project_id}",
                filter=series_filter,
                interval_startTime=since.isoformat(),
                interval_endTime=max(now, since).isoformat(),
                pageToken=token,
                **aggregation,
            )
        )
        yield from page.get("timeSeries", [])
        token = page.get("nextPageToken")
        if not token:
            return
