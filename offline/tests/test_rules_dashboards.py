"""Dashboards, log buckets and log-based metrics: what their APIs reject, and empty charts."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from rule_cases import RuleCase, check_both, cloud_of

from offline.cloud.quotas import Quotas
from offline.warnings import find_warnings

DASHBOARD, METRIC = "google_monitoring_dashboard", "google_logging_metric"
BUCKET = "google_logging_project_bucket_config"
REQUESTS = 'metric.type="run.googleapis.com/request_count"'
RATE = {"perSeriesAligner": "ALIGN_RATE", "alignmentPeriod": "60s"}


def drawn(query: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a line chart of one query."""
    lines = [{"timeSeriesQuery": query, "plotType": more.pop("plotType", "LINE")}]
    return {"title": "a chart", "xyChart": {"dataSets": lines, **more}}


def filtered(filter_: str = REQUESTS, **aggregation: str) -> dict[str, Any]:
    """Return the query of a filter."""
    return {"timeSeriesFilter": {"filter": filter_, "aggregation": RATE | aggregation}}


def page(*widgets: Mapping[str, Any], **place: int) -> dict[str, str]:
    """Return a dashboard with these widgets one below the other, at `place` instead of it."""
    tiles = [
        {"width": 24, "height": 2, "yPos": 2 * index, **place, "widget": widget}
        for index, widget in enumerate(widgets)
    ]
    return {"dashboard_json": json.dumps({"mosaicLayout": {"columns": 48, "tiles": tiles}})}


CHART = drawn(filtered())
LIMITED = drawn(filtered(), thresholds=[{"value": 1, "label": "most", "targetAxis": "Y1"}])
COLORED = drawn(filtered(), thresholds=[{"value": 1, "color": "RED"}])
GROUP = {"collapsibleGroup": {"collapsed": True}}
COUNTER: dict[str, Any] = {
    "name": "server_errors/5xx",
    "filter": "severity>=ERROR",
    "metric_descriptor": [
        {"metric_kind": "DELTA", "value_type": "INT64", "labels": [{"key": "cause"}]}
    ],
    "label_extractors": {"cause": 'REGEXP_EXTRACT(textPayload, "(a|b(?:c))")'},
}
KEPT: dict[str, Any] = {"bucket_id": "_Default", "location": "global", "retention_days": 3650}


def dashboard(
    rule: str, bad: Mapping[str, str], message: str, *good: Mapping[str, Any]
) -> RuleCase:
    """Return a case over a dashboard with one chart."""
    return RuleCase(
        f"monitoring.dashboards.{rule}", DASHBOARD, page(*(good or (CHART,))), bad, message
    )


def metric(rule: str, change: dict[str, Any], message: str) -> RuleCase:
    """Return a case over a log-based metric with a label."""
    return RuleCase(f"logging.{rule}", METRIC, COUNTER, change, message)


CASES = [
    dashboard("message", page({"title": "x", "xyCharts": {}, "text": {}}), "xyCharts"),
    dashboard("message", page(drawn(filtered(), plotType="LINES")), "LINES"),
    dashboard("message", page(drawn(filtered(alignmentPeriod="60"))), "Duration"),
    dashboard("thresholds", page(COLORED), "within an XyChart", LIMITED),
    dashboard("widget_count", page(*[CHART] * 101), "got 101", *[CHART] * 100),
    dashboard("tiles", page(CHART, xPos=25), "columns"),
    dashboard("tiles", page(CHART, width=0), "columns"),
    dashboard("tiles", page(CHART, CHART, yPos=1), "overlaps", CHART, CHART),
    metric("name", {"name": "/errors"}, "invalid"),
    metric("name", {"name": "x" * 101}, "invalid"),
    metric("name", {"name": "server errors"}, "invalid"),
    metric("labels", {"label_extractors": {}}, "cause"),
    metric("labels", {"metric_descriptor.0.labels": []}, "cause"),
    metric("extractors", {"label_extractors": {"cause": "textPayload"}}, "neither"),
    metric(
        "extractors",
        {"label_extractors": {"cause": 'REGEXP_EXTRACT(textPayload, "(a)(b)")'}},
        "exactly one",
    ),
    metric(
        "extractors", {"label_extractors": {"cause": 'REGEXP_EXTRACT(textPayload, "(")'}}, "one"
    ),
    metric("descriptor", {"metric_descriptor.0.metric_kind": "GAUGE"}, "GAUGE of INT64"),
    metric("descriptor", {"metric_descriptor.0.value_type": "DISTRIBUTION"}, "value extractor"),
    metric("descriptor", {"value_extractor": "EXTRACT(jsonPayload.ms)"}, "value extractor"),
    RuleCase("logging.retention", BUCKET, KEPT, {"retention_days": 3651}, "3650"),
    RuleCase("logging.retention", BUCKET, KEPT, {"bucket_id": "_Required"}, "_Required"),
    RuleCase("logging.location", BUCKET, KEPT, {"location": "us-central1"}, "global"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)


def test_collapsible_group_lies_below_its_tiles() -> None:
    check_both(dashboard("tiles", page(CHART, CHART, yPos=1), "overlaps", GROUP, CHART))
    over = page(GROUP, CHART, yPos=1)
    check_both(
        RuleCase("monitoring.dashboards.tiles", DASHBOARD, over, page(CHART, xPos=25), "columns")
    )


@pytest.mark.parametrize(
    ("query", "why"),
    [
        (filtered('metric.type="run.googleapis.com/requests_count"'), "Cannot find metric"),
        (filtered(f"{REQUESTS} AND metric.label.code=5"), "no label code"),
        (filtered(f"{REQUESTS} OR OR ="), "cannot be read"),
        (filtered('resource.type="cloud_run_revision"'), "names no metric"),
        (filtered(perSeriesAligner="ALIGN_NEXT_OLDER"), "aligner"),
        (filtered('select_slo_budget_fraction("projects/1/x")'), "objective projects/1/x"),
        ({"timeSeriesFilterRatio": {"numerator": {"filter": 'metric.type="run.googleapis.com/x"'}}},
         "not on the list"),
        ({"prometheusQuery": "run_googleapis_com:requests_count"}, "request_count meant"),
        ({"prometheusQuery": "sum("}, "cannot be read"),
    ],
)  # fmt: skip
def test_warnings_name_charts_without_data(query: dict[str, Any], why: str) -> None:
    [found] = find_warnings(cloud_of(((DASHBOARD, page(CHART, drawn(query))),)), Quotas())
    assert found.startswith("chart 'a chart' shows nothing: ")
    assert why in found
