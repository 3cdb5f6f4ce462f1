"""The builder of alert policies: what an alert says is in the policy, and who is told of it."""

from collections.abc import Sequence
from typing import Any

import pytest
from constructs.base import GridConstruct
from constructs.monitoring.alert import Aggregation, Alert, Query, Severity, Threshold, alert_policy
from constructs.monitoring.channels import Channels

from environments.schema import AlertsConfig, MonitoringConfig
from stacks.stack import Stack
from tests.template import alone, something

PLAIN = MonitoringConfig(alert_email="oncall@example.com")
PAGED = MonitoringConfig(alert_email="oncall@example.com", pagerduty_channel="1234567890")
LINKED = MonitoringConfig(
    alert_email="oncall@example.com", runbooks_url="https://example.com/runbooks"
)
EMAIL = "${google_monitoring_notification_channel.email.name}"
PAGER = "projects/grid-test-example/notificationChannels/1234567890"
THRESHOLD = Threshold(
    title="Too much",
    filter='metric.type = "m"',
    value=5,
    seconds=300,
    aggregation=Aggregation(aligner="ALIGN_RATE", reducer="REDUCE_SUM", by=("resource.label.x",)),
    missing_data="ACTIVE",
)
SELECTOR = Threshold(title="Selected", filter="select_slo_burn_rate(x)", value=1, below=True)
QUERY = Query(title="Asked", query="vector(1)", seconds=120, every=300)


def _policy(
    conditions: Sequence[Threshold | Query] = (THRESHOLD,),
    *,
    config: MonitoringConfig = PLAIN,
    severity: Severity = "ERROR",
    waits: bool = False,
) -> Any:
    def build(stack: Stack) -> None:
        alert = Alert(
            id="flood",
            title="water in the cellar",
            meaning="It is wet.",
            runbook="flood",
            severity=severity,
            conditions=conditions,
            combiner="AND",
            depends_on=[something(stack, "water")] if waits else (),
        )
        scope = GridConstruct(stack, "alerts")
        channels = Channels(scope, "channels", config)
        alert_policy(scope, alert, config, channels=channels)

    return alone(build).get("google_monitoring_alert_policy.flood")


def test_policy_name_contains_environment_and_title() -> None:
    assert _policy()["display_name"] == "grid test: water in the cellar"
    assert _policy()["combiner"] == "AND"


def test_threshold_is_converted_to_a_condition() -> None:
    [condition] = _policy()["conditions"]
    assert condition == {
        "display_name": "Too much",
        "condition_threshold": {
            "filter": 'metric.type = "m"',
            "comparison": "COMPARISON_GT",
            "threshold_value": 5,
            "duration": "300s",
            "aggregations": [
                {
                    "alignment_period": "60s",
                    "per_series_aligner": "ALIGN_RATE",
                    "cross_series_reducer": "REDUCE_SUM",
                    "group_by_fields": ["resource.label.x"],
                }
            ],
            "evaluation_missing_data": "EVALUATION_MISSING_DATA_ACTIVE",
        },
    }


def test_selector_has_no_aggregation() -> None:
    [condition] = _policy([SELECTOR])["conditions"]
    assert condition["condition_threshold"] == {
        "filter": "select_slo_burn_rate(x)",
        "comparison": "COMPARISON_LT",
        "threshold_value": 1,
        "duration": "0s",
    }


def test_series_are_compared_separately_without_a_reducer() -> None:
    each = Threshold(
        title="Each",
        filter="x",
        value=1,
        aggregation=Aggregation(aligner="ALIGN_MEAN", seconds=300),
    )
    [condition] = _policy([each])["conditions"]
    assert condition["condition_threshold"]["aggregations"] == [
        {"alignment_period": "300s", "per_series_aligner": "ALIGN_MEAN"}
    ]


def test_query_is_converted_to_a_condition() -> None:
    [condition] = _policy([QUERY])["conditions"]
    assert condition["display_name"] == "Asked"
    assert condition["condition_prometheus_query_language"] == {
        "query": "vector(1)",
        "duration": "120s",
        "evaluation_interval": "300s",
        "disable_metric_validation": True,
    }


def test_conditions_keep_their_order() -> None:
    titles = [condition["display_name"] for condition in _policy([QUERY, THRESHOLD])["conditions"]]
    assert titles == ["Asked", "Too much"]


@pytest.mark.parametrize(
    ("severity", "config", "channels"),
    [
        ("CRITICAL", PAGED, [EMAIL, PAGER]),
        ("ERROR", PAGED, [EMAIL]),
        ("WARNING", PAGED, [EMAIL]),
        ("CRITICAL", PLAIN, [EMAIL]),
    ],
)
def test_only_critical_alerts_notify_the_pager(
    severity: Severity, config: MonitoringConfig, channels: list[str]
) -> None:
    policy = _policy(severity=severity, config=config)
    assert (policy["severity"], policy["notification_channels"]) == (severity, channels)


def test_documentation_has_meaning_and_runbook() -> None:
    assert _policy()["documentation"] == {
        "content": "It is wet.\n\nRunbook: `docs/runbooks/flood.md`"
    }


def test_documentation_links_to_the_runbook_when_configured() -> None:
    [link] = _policy(config=LINKED)["documentation"]["links"]
    assert link == {"display_name": "Runbook", "url": "https://example.com/runbooks/flood.md"}


def test_auto_close_is_the_configured_time() -> None:
    alerts = AlertsConfig(auto_close_seconds=3600)
    config = MonitoringConfig(alert_email="oncall@example.com", alerts=alerts)
    assert _policy(config=config)["alert_strategy"] == {"auto_close": "3600s"}


def test_policy_depends_on_the_resources_of_its_alert() -> None:
    assert _policy(waits=True)["depends_on"] == ["google_project_service.water"]
    assert "depends_on" not in _policy()


def test_email_channel_has_the_configured_address() -> None:
    def build(stack: Stack) -> None:
        Channels(stack, "channels", PAGED)

    channel = alone(build).one("google_monitoring_notification_channel")
    assert channel["labels"] == {"email_address": "oncall@example.com"}
    assert (channel["type"], channel["depends_on"]) == (
        "email",
        ["google_project_service.monitoring"],
    )
