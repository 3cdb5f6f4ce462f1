"""Alerts on changes that audit logs record."""

from functools import cache

import pytest
from constructs.monitoring.audit_alerts import AuditAlerts
from constructs.monitoring.audit_changes import CHANGES, Change

from environments.naming import identifier
from environments.schema import CiConfig
from stacks.stack import Stack
from tests.template import Template, alone, platforms

PIPELINE = "grid-test-ci-apply@grid-test-example.iam.gserviceaccount.com"
DEFAULT_BUCKET = "projects/grid-test-example/locations/global/buckets/_Default"
CI = CiConfig(repository="example/grid", repository_id=1)


def _filters(config: CiConfig | None) -> dict[str, str]:
    """Return the filter of each alert by its id."""
    found: dict[str, str] = {}

    def build(stack: Stack) -> None:
        for alert in AuditAlerts(stack, "x", config).alerts:
            [condition] = alert.conditions
            found[alert.id] = getattr(condition, "filter", "")

    alone(build)
    return found


@cache
def _template() -> Template:
    return alone(lambda stack: AuditAlerts(stack, "x", CI))


def test_each_recommendation_from_2_4_to_2_11_has_a_change() -> None:
    assert [change.control for change in CHANGES] == [f"2.{number}" for number in range(4, 12)]


def test_audit_logs_are_copied_to_the_bucket_of_the_metrics() -> None:
    sink = _template().one("google_logging_project_sink")
    assert sink["filter"] == 'log_id("cloudaudit.googleapis.com/activity")'
    assert sink["destination"] == f"logging.googleapis.com/{DEFAULT_BUCKET}"
    metrics = _template().of("google_logging_metric")
    assert {metric["bucket_name"] for metric in metrics.values()} == {DEFAULT_BUCKET}
    assert sorted(metrics) == sorted(identifier(change.id) for change in CHANGES)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.id)
def test_only_changes_that_the_pipeline_makes_leave_it_out(change: Change) -> None:
    text = _filters(CI)[identifier(change.id)]
    assert (f'metric.label.principal != "{PIPELINE}"' in text) == change.of_pipeline
    assert text.startswith('resource.type = "logging_bucket" AND metric.type = ')


def test_without_a_pipeline_every_change_notifies() -> None:
    assert not [text for text in _filters(None).values() if "principal" in text]


def test_alert_exists_for_each_metric_of_a_platform() -> None:
    policies = platforms()["prod"].of("google_monitoring_alert_policy")
    assert {identifier(change.id) for change in CHANGES} <= policies.keys()
