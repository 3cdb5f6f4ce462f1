"""The mistakes of the original document in monitoring, and those that are made as easily."""

import json

from tests.policy import test_watching as monitoring
from tests.terraform.mutations import Api, Policy

DASHBOARD = "google_monitoring_dashboard.main"
LATENCY = "google_monitoring_alert_policy.high_latency"
MEMORY = "google_monitoring_alert_policy.cache_memory"
OBJECTIVE = "google_monitoring_slo.api_availability"
THRESHOLD = "conditions.0.condition_threshold.0"
RUN = 'resource.type="cloud_run_revision"'


def _page(**widget: object) -> dict[str, str]:
    return {"dashboard_json": json.dumps({"gridLayout": {"widgets": [{"title": "a", **widget}]}})}


def _chart(filter_: str) -> dict[str, str]:
    query = {"timeSeriesFilter": {"filter": filter_, "aggregation": {"alignmentPeriod": "60s"}}}
    return _page(xyChart={"dataSets": [{"timeSeriesQuery": query}]})


APIS = (
    Api(
        mistake="an alert on a metric that does not exist",
        address=MEMORY,
        change={
            f"{THRESHOLD}.filter": 'resource.type="redis_instance" AND '
            'metric.type="redis.googleapis.com/stats/memory/usage_rate"'
        },
        says=r"Cannot find metric.* Is redis\.googleapis\.com/stats/memory/usage_ratio meant\?",
    ),
    Api(
        mistake="an alert without a monitored resource",
        address=LATENCY,
        change={f"{THRESHOLD}.filter": 'metric.type="run.googleapis.com/request_latencies"'},
        says=r'must specify a restriction on "resource\.type"',
    ),
    Api(
        mistake="a rate of latencies",
        address=LATENCY,
        change={f"{THRESHOLD}.aggregations.0.per_series_aligner": "ALIGN_RATE"},
        says=r"cannot be applied to metrics with kind DELTA and value type DISTRIBUTION",
    ),
    Api(
        mistake="a burn rate of an objective that is not there",
        address="google_monitoring_alert_policy.api_availability_fast_burn",
        without=("google_monitoring_slo.api_availability",),
        says=r"Could not find service level objective",
    ),
    Api(
        mistake="an objective of a label that requests have not",
        address=OBJECTIVE,
        change={
            "request_based_sli.0.good_total_ratio.0.good_service_filter": f"{RUN} AND "
            'metric.type="run.googleapis.com/request_count" AND metric.label.class="2xx"'
        },
        says=r"has no label class",
    ),
    Api(
        mistake="a widget of a kind that there is not",
        address=DASHBOARD,
        change=_page(lineChart={}),
        says=r"lineChart",
    ),
    Api(
        mistake="a log-based metric without its extractor",
        address="google_logging_metric.server_errors",
        change={"label_extractors": {}},
        says=r"cause",
    ),
)

POLICIES = (
    Policy(
        mistake="charts of a resource without a metric",
        address=DASHBOARD,
        change=_chart(RUN),
        policy=monitoring.test_every_chart_has_data,
    ),
    Policy(
        mistake="the mean of percentiles as the 95th percentile",
        address=LATENCY,
        change={
            "conditions.0.condition_threshold.aggregations.0.per_series_aligner": (
                "ALIGN_PERCENTILE_95"
            ),
            "conditions.0.condition_threshold.aggregations.0.cross_series_reducer": "REDUCE_MEAN",
        },
        policy=monitoring.test_percentiles_are_not_averaged,
    ),
)
