"""Cloud Monitoring: how many requests each Cloud Run revision answered, and how."""

import re
from typing import Any

from tests.operations.google.cloud import Cloud, RefusalError, Request
from tests.operations.google.run import Run

REQUESTS = "run.googleapis.com/request_count"
_TERM = re.compile(r'([\w.]+)\s*=\s*"([^"]*)"')


class Monitoring:
    """Tells what the local services answered, and what a test wants told besides."""

    def __init__(self, cloud: Cloud, run: Run) -> None:
        self._cloud, self._run = cloud, run
        self.told: dict[str, dict[str, int]] = {}
        """Requests of a revision by class of answer, such as 5xx; instead of those counted."""
        cloud.answers("monitoring.projects.timeSeries.list", self._list)

    def _list(self, request: Request) -> dict[str, Any]:
        terms = dict(_TERM.findall(request.query["filter"]))
        if terms.get("metric.type") != REQUESTS:
            raise RefusalError(400, f"the local Google has {REQUESTS} only")
        if not request.query.get("interval.endTime"):
            raise RefusalError(400, "interval.endTime is required")
        series = []
        for name in self._run.revisions:
            *_, region, _, service, _, revision = name.split("/")
            labels = {"location": region, "service_name": service, "revision_name": revision}
            if any(terms.get(f"resource.labels.{k}", v) != v for k, v in labels.items()):
                continue
            for kind, count in self._counts(revision).items():
                if terms.get("metric.labels.response_code_class", kind) == kind:
                    series.append(_series(labels, kind, count, request))
        return {"timeSeries": series} if series else {}

    def _counts(self, revision: str) -> dict[str, int]:
        if revision in self.told:
            return self.told[revision]
        counts: dict[str, int] = {}
        for status in self._run.served.get(revision, []):
            kind = f"{status // 100}xx"
            counts[kind] = counts.get(kind, 0) + 1
        return counts


def _series(labels: dict[str, str], kind: str, count: int, request: Request) -> dict[str, Any]:
    end = request.query["interval.endTime"]
    interval = {"startTime": request.query.get("interval.startTime", end), "endTime": end}
    return {
        "metric": {"type": REQUESTS, "labels": {"response_code_class": kind}},
        "resource": {"type": "cloud_run_revision", "labels": labels},
        "metricKind": "DELTA",
        "valueType": "INT64",
        "points": [{"interval": interval, "value": {"int64Value": str(count)}}],
    }
