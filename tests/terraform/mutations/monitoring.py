"""Mistakes in alerts, SLOs, dashboards, and metrics."""

import json

from tests.policy import (
    test_monitoring as monitoring_policies,
    test_watching as watching_policies,
)
from tests.terraform.mutations.mutation import Api, Mutation, Policy, Validate

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


MUTATIONS: tuple[Mutation, ...] = (
    Validate(
        mistake="a goal that no objective may have",
        address="google_monitoring_slo.api_availability",
        change={"goal": 1},
        says=r"goal",
    ),
    Api(
        mistake="an uptime check at an interval that is not offered",
        address="google_monitoring_uptime_check_config.api",
        change={"period": "120s"},
        says=r"period",
    ),
    Api(
        mistake="an alert to a channel that nobody made",
        address="google_monitoring_alert_policy.high_latency",
        change={"notification_channels": ["projects/grid-prod-example/notificationChannels/1"]},
        says=r"(?i)notification channel",
    ),
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
    Policy(
        mistake="the rate of all requests as the rate of errors",
        address="google_monitoring_alert_policy.high_error_rate",
        change={
            "conditions.0.condition_prometheus_query_language.query": "sum by (service_name) "
            '(rate(run_googleapis_com:request_count{monitored_resource="cloud_run_revision"}[1m]))'
            " > 0.01"
        },
        policy=monitoring_policies.test_error_alert_divides_by_all_requests,
    ),
    Policy(
        mistake="the mean of percentiles as a percentile",
        address="google_monitoring_alert_policy.high_latency",
        change={
            "conditions.0.condition_threshold.aggregations.0.per_series_aligner": (
                "ALIGN_PERCENTILE_95"
            ),
            "conditions.0.condition_threshold.aggregations.0.cross_series_reducer": "REDUCE_MEAN",
        },
        policy=monitoring_policies.test_no_percentile_is_averaged,
    ),
    Policy(
        mistake="an uptime check that no alert reads",
        address="google_monitoring_alert_policy.uptime",
        change={
            "conditions.0.condition_threshold.filter": 'metric.type = "m" AND resource.type = "r"'
        },
        policy=monitoring_policies.test_uptime_check_has_an_alert,
    ),
    Policy(
        mistake="users as a label of a metric",
        address="google_monitoring_metric_descriptor.ai_tokens",
        change={"labels.1.key": "user_id"},
        policy=monitoring_policies.test_metrics_have_no_user_label,
    ),
    Policy(
        mistake="a key of PagerDuty in the state",
        address="google_monitoring_notification_channel.email",
        change={"sensitive_labels": {"service_key": "key"}},
        policy=monitoring_policies.test_no_channel_has_sensitive_labels,
    ),
    Policy(
        mistake="charts of a resource without a metric",
        address=DASHBOARD,
        change=_chart(RUN),
        policy=watching_policies.test_every_chart_has_data,
    ),
    Policy(
        mistake="a custom metric with another label than services write",
        address="google_monitoring_metric_descriptor.ai_tokens",
        change={"labels.1.key": "kind"},
        policy=watching_policies.test_custom_metrics_are_those_that_services_write,
    ),
    Policy(
        mistake="an alert on a custom metric that no service writes",
        address="google_monitoring_alert_policy.cache_disconnected",
        change={
            "conditions.0.condition_threshold.filter": 'resource.type = "generic_task" AND '
            'metric.type = "custom.googleapis.com/orders"'
        },
        policy=watching_policies.test_every_custom_metric_is_written_and_read,
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
        policy=watching_policies.test_percentiles_are_not_averaged,
    ),
)
