"""Monitoring: alerts say something, tell somebody, and keep personal data out."""

import re
from collections.abc import Iterator
from typing import Any

from environments import Environment
from tests.template import Template

POLICY = "google_monitoring_alert_policy"
MOST_CONDITIONS = 6
DAY = 86400


def thresholds(template: Template) -> Iterator[tuple[str, Any]]:
    """Every threshold with the name of its policy."""
    for name, policy in template.of(POLICY).items():
        for condition in policy["conditions"]:
            if "condition_threshold" in condition:
                yield name, condition["condition_threshold"]


def test_every_alert_has_channel_severity_and_runbook(template: Template) -> None:
    channels = set(template.of("google_monitoring_notification_channel"))
    for name, policy in template.of(POLICY).items():
        assert policy["notification_channels"], name
        assert policy["severity"] in {"CRITICAL", "ERROR", "WARNING"}, name
        [page] = re.findall(
            r"^Runbook: `(docs/.+)`$", policy["documentation"]["content"], re.MULTILINE
        )
        [link] = policy["documentation"]["links"]
        assert link["url"].endswith(f"/main/{page}"), name
    assert channels == {"email"}


def test_paging_alerts_are_critical(template: Template, environment: Environment) -> None:
    if channel := environment.monitoring.pagerduty_channel:
        for name, policy in template.of(POLICY).items():
            pages = any(one.endswith(channel) for one in policy["notification_channels"])
            assert pages == (policy["severity"] == "CRITICAL"), name


def test_alert_names_are_unique(template: Template) -> None:
    titles = [policy["display_name"] for policy in template.of(POLICY).values()]
    assert len(set(titles)) == len(titles)
    for policy in template.of(POLICY).values():
        conditions = [condition["display_name"] for condition in policy["conditions"]]
        assert 1 <= len(conditions) <= MOST_CONDITIONS
        assert len(set(conditions)) == len(conditions)


def test_every_filter_has_metric_and_resource_type(template: Template) -> None:
    for name, threshold in thresholds(template):
        text = threshold["filter"]
        selects = "metric.type = " in text and "resource.type = " in text
        assert selects or text.startswith("select_slo_"), name
        assert len(text) <= 2048, name


def test_no_condition_uses_mql(template: Template) -> None:
    for policy in template.of(POLICY).values():
        for condition in policy["conditions"]:
            assert "condition_monitoring_query_language" not in condition


def test_absence_alerts_fire_within_two_days(template: Template) -> None:
    [condition] = template.get(f"{POLICY}.backup_missing")["conditions"]
    query = condition["condition_prometheus_query_language"]
    hours = int(query["query"].rpartition("[")[2].partition("h]")[0])
    assert DAY < hours * 3600 + int(query["duration"].rstrip("s")) < 2 * DAY


def test_uptime_check_has_an_alert(template: Template) -> None:
    for name in template.of("google_monitoring_uptime_check_config"):
        reference = f"google_monitoring_uptime_check_config.{name}.uptime_check_id"
        assert any(reference in threshold["filter"] for _, threshold in thresholds(template))


def test_every_service_has_availability_and_latency_slos(
    template: Template, environment: Environment
) -> None:
    services = {name.replace("-", "_") for name in environment.services}
    expected = {f"{name}_{what}" for name in services for what in ("availability", "latency")}
    assert set(template.of("google_monitoring_slo")) == expected


def test_no_channel_has_sensitive_labels(template: Template) -> None:
    for channel in template.of("google_monitoring_notification_channel").values():
        assert "sensitive_labels" not in channel


def test_error_alert_divides_by_all_requests(template: Template) -> None:
    [condition] = template.get(f"{POLICY}.high_error_rate")["conditions"]
    query = condition["condition_prometheus_query_language"]["query"]
    assert 'response_code_class="5xx"' in query
    assert " / " in query
    assert "\nand " in query


def test_no_percentile_is_averaged(template: Template) -> None:
    for name, threshold in thresholds(template):
        for one in threshold.get("aggregations", ()):
            if one["per_series_aligner"].startswith("ALIGN_PERCENTILE"):
                assert "cross_series_reducer" not in one, name


def test_metrics_have_no_user_label(template: Template) -> None:
    for metric in template.of("google_monitoring_metric_descriptor").values():
        for label in metric["labels"]:
            assert "user" not in label["key"]
