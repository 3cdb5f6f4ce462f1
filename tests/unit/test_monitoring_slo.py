"""Objectives, their alerts, the uptime check and the custom metric."""

from functools import cache
from typing import Any

import pytest
from constructs.monitoring.alert import Alert, Threshold
from constructs.monitoring.slo import ServiceSlos

from environments.schema import AlertsConfig, SloConfig
from stacks.stack import Stack
from tests.template import Template, alone
from tests.unit.parts import ENVIRONMENT_NAMES, platform

CONFIG = SloConfig(availability_percent=99.9, latency_ms=300, latency_percent=97, rolling_days=14)
ALERTS = AlertsConfig(least_requests_per_second=2)
CHECK = "google_monitoring_uptime_check_config.api"
TOKENS = "google_monitoring_metric_descriptor.ai_tokens"


@cache
def _made() -> tuple[Template, tuple[Alert, ...], ServiceSlos]:
    found: list[ServiceSlos] = []

    def build(stack: Stack) -> None:
        found.append(ServiceSlos(stack, "my-api", CONFIG))

    template = alone(build)
    return template, tuple(found[0].alerts(ALERTS)), found[0]


def _slo(what: str) -> Any:
    return _made()[0].get(f"google_monitoring_slo.my_api_{what}")


def test_custom_service_covers_all_regions() -> None:
    service = _made()[0].one("google_monitoring_custom_service")
    assert service["service_id"] == "grid-test-my-api"
    assert service["depends_on"] == ["google_project_service.monitoring"]


@pytest.mark.parametrize(("what", "goal"), [("availability", 0.999), ("latency", 0.97)])
def test_slo_has_the_configured_goal_and_period(what: str, goal: float) -> None:
    slo = _slo(what)
    assert (slo["goal"], slo["rolling_period_days"], slo["slo_id"]) == (goal, 14, what)
    assert slo["service"] == "${google_monitoring_custom_service.my_api.service_id}"


def test_availability_slo_counts_requests_without_5xx() -> None:
    ratio = _slo("availability")["request_based_sli"]["good_total_ratio"]
    total = ratio["total_service_filter"]
    assert 'metric.type = "run.googleapis.com/request_count"' in total
    assert 'resource.label.service_name = "grid-test-my-api"' in total
    good = f'{total} AND metric.label.response_code_class != "5xx"'
    assert ratio == {"total_service_filter": total, "good_service_filter": good}


def test_latency_slo_has_the_configured_limit() -> None:
    cut = _slo("latency")["request_based_sli"]["distribution_cut"]
    assert 'metric.type = "run.googleapis.com/request_latencies"' in cut["distribution_filter"]
    assert cut["range"] == {"max": 300}


def test_slos_output_names_the_slos_of_each_service() -> None:
    assert _made()[2].service == "my-api"
    assert platform("dev").outputs["slos"]["api"] == {
        "availability": "${google_monitoring_slo.api_availability.name}",
        "latency": "${google_monitoring_slo.api_latency.name}",
    }


@pytest.mark.parametrize(
    ("speed", "rate", "windows", "severity"),
    [("fast", 14.4, (3600, 300), "CRITICAL"), ("slow", 6, (21600, 1800), "ERROR")],
)
@pytest.mark.parametrize("what", ["availability", "latency"])
def test_burn_alert_fires_when_both_windows_exceed_the_rate(
    what: str, speed: str, rate: float, windows: tuple[int, int], severity: str
) -> None:
    [alert] = [one for one in _made()[1] if one.id == f"my_api_{what}_{speed}_burn"]
    assert (alert.combiner, alert.severity) == ("AND", severity)
    assert alert.runbook == f"slo-{what}"
    *burns, _ = alert.conditions
    for window, condition in zip(windows, burns, strict=True):
        assert isinstance(condition, Threshold)
        assert condition.value == rate
        assert condition.filter.startswith('select_slo_burn_rate("${')
        assert condition.filter.endswith(f'", "{window}s")')


def test_burn_alert_requires_a_minimum_request_rate() -> None:
    for alert in _made()[1]:
        guard = alert.conditions[-1]
        assert isinstance(guard, Threshold)
        assert (guard.value, guard.below) == (2, False)
        assert 'metric.type = "run.googleapis.com/request_count"' in guard.filter
        assert guard.aggregation
        assert (guard.aggregation.aligner, guard.aggregation.reducer) == (
            "ALIGN_RATE",
            "REDUCE_SUM",
        )


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_burn_alert_refers_to_its_slo(name: str) -> None:
    template = platform(name)
    for address in template.of("google_monitoring_slo"):
        for speed in ("fast", "slow"):
            policy = template.get(f"google_monitoring_alert_policy.{address}_{speed}_burn")
            reference = f"${{google_monitoring_slo.{address}.name}}"
            for condition in policy["conditions"][:2]:
                assert reference in condition["condition_threshold"]["filter"]


# Uptime


def test_uptime_check_uses_https_on_the_public_host() -> None:
    check = platform("prod").get(CHECK)
    assert check["monitored_resource"]["labels"]["host"] == "api.grid.example.com"
    assert check["http_check"] == {
        "path": "/health",
        "port": 443,
        "use_ssl": True,
        "validate_ssl": True,
    }
    assert (check["period"], check["timeout"]) == ("60s", "10s")


def test_uptime_check_path_is_that_of_the_default_service() -> None:
    changed = platform("dev", {"services.api.probes": {"path": "/ready"}})
    assert changed.get(CHECK)["http_check"]["path"] == "/ready"


def test_uptime_check_has_the_configured_period_and_timeout() -> None:
    changed = platform("dev", {"monitoring.uptime": {"period_seconds": 300, "timeout_seconds": 5}})
    assert (changed.get(CHECK)["period"], changed.get(CHECK)["timeout"]) == ("300s", "5s")


def test_uptime_check_is_created_before_destroy() -> None:
    assert platform("dev").get(CHECK)["lifecycle"] == {"create_before_destroy": True}


def test_uptime_alert_fires_when_two_probers_fail() -> None:
    [condition] = platform("dev").get("google_monitoring_alert_policy.uptime")["conditions"]
    threshold = condition["condition_threshold"]
    assert f'metric.label.check_id = "${{{CHECK}.uptime_check_id}}"' in threshold["filter"]
    assert (threshold["comparison"], threshold["threshold_value"]) == ("COMPARISON_GT", 1)
    [aggregation] = threshold["aggregations"]
    assert aggregation["cross_series_reducer"] == "REDUCE_COUNT_FALSE"


# The custom metric


def test_token_metric_has_no_user_label() -> None:
    metric = platform("dev").get(TOKENS)
    assert metric["type"] == "custom.googleapis.com/ai/tokens"
    assert (metric["metric_kind"], metric["value_type"]) == ("CUMULATIVE", "INT64")
    assert [label["key"] for label in metric["labels"]] == ["model", "operation"]
