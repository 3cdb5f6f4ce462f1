"""Cloud Monitoring: names of conditions, descriptors and SLOs; requests that Cloud Run answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from offline.serve import resources
from offline.serve.computed import invented
from offline.serve.errors import ApiError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

REQUESTS = "run.googleapis.com/request_count"
LATENCIES = "run.googleapis.com/request_latencies"
STARTS = "run.googleapis.com/container/startup_latencies"
CUSTOM = "custom.googleapis.com/"
LAG = "cloudsql.googleapis.com/database/replication/replica_lag"
_TO_VERIFY = {"sms"}
"""Types of channels that work once a code was given back; others have no status of verification
(discovery document of monitoring v3, NotificationChannel.verificationStatus)."""
_TERM = re.compile(r'([\w.]+)\s*=\s*"([^"]*)"')


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Name the conditions of an alert policy, and mark a channel that needs verification."""
    kind = path.split("/")[-2]
    if kind == "notificationChannels" and resource.get("type") in _TO_VERIFY:
        resource.setdefault("verificationStatus", "UNVERIFIED")
    if kind == "alertPolicies":
        for condition in resource.get("conditions", []):
            condition.setdefault("name", f"{path}/conditions/{invented(google)['digits']}")


@answers("monitoring.projects.metricDescriptors.create")
def _descriptor(google: Google, request: Request) -> Resource:
    """Create a descriptor, or change the one of its type, whose labels are never removed.

    Source: page "projects.metricDescriptors.create" of the Cloud Monitoring reference.
    """
    type_, body = request.body["type"], dict(request.body)
    held = google.store.resources.pop(("monitoring", f"{request.path}/{type_}"), {})
    names = {label["key"] for label in body.get("labels", ())}
    kept = [label for label in held.get("labels", ()) if label["key"] not in names]
    if labels := [*kept, *body.get("labels", ())]:
        body["labels"] = labels
    return resources.create(google, request, type_, body)


@answers("monitoring.services.create")
def _service(google: Google, request: Request) -> Resource:
    return resources.create(google, request, request.query.get("serviceId", ""))


@answers("monitoring.services.serviceLevelObjectives.create")
def _slo(google: Google, request: Request) -> Resource:
    return resources.create(google, request, request.query.get("serviceLevelObjectiveId", ""))


class Monitoring:
    """How many requests each Cloud Run revision answered, and how."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self.told: dict[str, dict[str, int]] = {}
        """Requests of a revision by class of answer, such as 5xx; instead of those counted."""
        self.latency_ms: dict[str, float] = {}
        """95th percentile of the latencies of a revision."""
        self.starts: dict[str, int] = {}
        """Starts of instances of a revision."""
        self.lag_seconds: dict[str, float] = {}
        """By how much a replica of Cloud SQL is behind, by its database_id: PROJECT:INSTANCE."""
        self.custom: list[tuple[str, Resource]] = []
        """Series that services wrote, each with the path of its project."""
        google.answers("monitoring.projects.timeSeries.list", self._list)
        google.answers("monitoring.projects.timeSeries.create", self._create)

    def _create(self, request: Request) -> Resource:
        """Keep the points of custom metrics."""
        for series in request.body.get("timeSeries", []):
            if not series["metric"]["type"].startswith(CUSTOM):
                raise ApiError(400, f"the metric {series['metric']['type']} cannot be written")
            self.custom.append((request.path, series))
        return {}

    def _list_custom(self, terms: dict[str, str], request: Request) -> Resource:
        series = [
            each
            for path, each in self.custom
            if path == request.path and all(_value(each, key) == to for key, to in terms.items())
        ]
        return {"timeSeries": series} if series else {}

    def _list(self, request: Request) -> Resource:
        terms = dict(_TERM.findall(request.query["filter"]))
        metric = terms.get("metric.type", "")
        if metric.startswith(CUSTOM):
            return self._list_custom(terms, request)
        return self._list_own(metric, terms, request)

    def _list_own(self, metric: str, terms: dict[str, str], request: Request) -> Resource:
        """List the series of Google's own metrics."""
        if metric not in {REQUESTS, LATENCIES, STARTS, LAG}:
            raise ApiError(400, f"the offline Google has no series of {metric}")
        if not request.query.get("interval.endTime"):
            raise ApiError(400, "interval.endTime is required")
        if metric == LAG:
            return self._lag(terms.get("resource.labels.database_id", ""), request)
        series = []
        for name in self._google.service("run").revisions:
            _, project, _, region, _, service, _, revision = name.split("/")
            if project != self._google.project:
                continue
            labels = {"location": region, "service_name": service, "revision_name": revision}
            if any(terms.get(f"resource.labels.{k}", v) != v for k, v in labels.items()):
                continue
            if metric == LATENCIES and revision in self.latency_ms:
                value: Resource = {"doubleValue": self.latency_ms[revision]}
                series.append(_series(labels, metric, {}, value, request))
            elif metric == STARTS and revision in self.starts:
                value = {"distributionValue": {"count": str(self.starts[revision])}}
                series.append(_series(labels, metric, {}, value, request))
            elif metric == REQUESTS:
                for kind, count in self._counts(name, revision).items():
                    if terms.get("metric.labels.response_code_class", kind) == kind:
                        own, value = {"response_code_class": kind}, {"int64Value": str(count)}
                        series.append(_series(labels, metric, own, value, request))
        return {"timeSeries": series} if series else {}

    def _lag(self, database_id: str, request: Request) -> Resource:
        if database_id not in self.lag_seconds:
            return {}
        value = {"doubleValue": self.lag_seconds[database_id]}
        return {"timeSeries": [_series({"database_id": database_id}, LAG, {}, value, request)]}

    def _counts(self, name: str, revision: str) -> dict[str, int]:
        if revision in self.told:
            return self.told[revision]
        counts: dict[str, int] = {}
        for status in self._google.service("run").served.get(name, []):
            kind = f"{status // 100}xx"
            counts[kind] = counts.get(kind, 0) + 1
        return counts


def _value(series: Resource, key: str) -> str | None:
    """Return what a term of a filter compares, such as `metric.labels.code`."""
    value: object = series
    for part in key.replace(".label.", ".labels.").split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def _series(
    labels: dict[str, str],
    metric: str,
    own: dict[str, str],
    value: Resource,
    request: Request,
) -> Resource:
    """Return a series of one point; the aggregation of the request decides the type of a value."""
    end = request.query["interval.endTime"]
    interval = {"startTime": request.query.get("interval.startTime", end), "endTime": end}
    return {
        "metric": {"type": metric, "labels": own},
        "resource": {
            "type": "cloudsql_database" if metric == LAG else "cloud_run_revision",
            "labels": labels,
        },
        "metricKind": "GAUGE" if metric == LAG else "DELTA",
        "valueType": next(iter(value)).removesuffix("Value").upper(),
        "points": [{"interval": interval, "value": value}],
    }


attach = Monitoring


@answers("monitoring.uptimeCheckIps.list")
def _checkers(_: Google, request: Request) -> Resource:
    """Return an address for each region; the addresses are for documentation (RFC 5737)."""
    regions = request.method.document.schemas["UptimeCheckIp"]["properties"]["region"]["enum"]
    addresses = [
        {
            "region": region,
            "location": region.replace("_", " ").title(),
            "ipAddress": f"192.0.2.{n}",
        }
        for n, region in enumerate(sorted(regions), 1)
        if region != "REGION_UNSPECIFIED"
    ]
    return {"uptimeCheckIps": addresses}
