"""Alerts on services: ratios, percentiles and limits, each with the number of the file."""

import re
from typing import Any

import pytest
from constructs.monitoring.alert import Alert, Query, Threshold
from constructs.monitoring.alerts_services import alerts

from environments.schema import AlertsConfig, ServiceConfig, SloConfig
from tests.template import ENVIRONMENT
from tests.unit.parts import platform

DEFAULTS = AlertsConfig()


def _service(**changes: Any) -> ServiceConfig:
    return ServiceConfig(**{"cpu": 1, "memory": "1Gi", "max_instances": 10, **changes})


SERVICES = {
    "web": _service(),
    "api": _service(max_instances=50, target_cpu_percent=80),
    "ai": _service(slo=SloConfig(latency_ms=10_000)),
}


def _alerts(services: dict[str, ServiceConfig], config: AlertsConfig = DEFAULTS) -> list[Alert]:
    monitoring = ENVIRONMENT.monitoring.model_copy(update={"alerts": config})
    changes = {"services": services, "monitoring": monitoring}
    return list(alerts(ENVIRONMENT.model_copy(update=changes)))


def _alert(id_: str, config: AlertsConfig = DEFAULTS) -> Alert:
    [found] = [alert for alert in _alerts(SERVICES, config) if alert.id == id_]
    return found


def _query(id_: str, config: AlertsConfig = DEFAULTS) -> Query:
    [condition] = _alert(id_, config).conditions
    assert isinstance(condition, Query)
    return condition


def _thresholds(id_: str, config: AlertsConfig = DEFAULTS) -> list[Threshold]:
    conditions = _alert(id_, config).conditions
    assert all(isinstance(condition, Threshold) for condition in conditions)
    return [condition for condition in conditions if isinstance(condition, Threshold)]


def test_error_query_divides_errors_by_all_requests() -> None:
    errors, rest = _query("high_error_rate").query.split(" / ")
    requests = rest.split(" > ")[0]
    assert 'response_code_class="5xx"' in errors
    assert requests == errors.replace(', response_code_class="5xx"', "")
    assert errors.startswith("sum by (service_name) (rate(run_googleapis_com:request_count{")


def test_error_query_requires_a_minimum_request_rate() -> None:
    config = AlertsConfig(least_requests_per_second=2)
    ratio, guard = _query("high_error_rate", config).query.split("\nand ")
    requests = ratio.split(" / ")[1].split(" > ")[0]
    assert guard == f"{requests} > 2"


def test_error_threshold_is_the_configured_one() -> None:
    query = _query("high_error_rate", AlertsConfig(error_percent=2.5, error_seconds=180))
    assert " > 0.025\n" in query.query
    assert query.seconds == 180
    assert "2.5 %" in query.title


def test_latency_percentile_is_computed_over_all_requests() -> None:
    for condition in _thresholds("high_latency"):
        aggregation = condition.aggregation
        assert aggregation
        assert (aggregation.aligner, aggregation.reducer) == (
            "ALIGN_DELTA",
            "REDUCE_PERCENTILE_95",
        )
        assert aggregation.by == ("resource.label.service_name",)


@pytest.mark.parametrize("name", ["high_latency", "high_cpu"])
def test_missing_data_is_inactive_for_latency_and_cpu(name: str) -> None:
    assert {threshold.missing_data for threshold in _thresholds(name)} == {"INACTIVE"}


def test_latency_threshold_is_that_of_each_service() -> None:
    fast, slow = _thresholds("high_latency")
    assert (fast.value, slow.value) == (1000, 10_000)
    assert 'service_name = one_of("grid-test-web", "grid-test-api")' in fast.filter
    assert 'service_name = "grid-test-ai"' in slow.filter


def test_latency_duration_is_the_configured_one() -> None:
    conditions = _thresholds("high_latency", AlertsConfig(latency_seconds=600))
    assert {condition.seconds for condition in conditions} == {600}


def test_cpu_threshold_is_that_of_each_service() -> None:
    usual, busy = _thresholds("high_cpu")
    assert (usual.value, busy.value) == (0.6, 0.8)
    assert "grid-test-web" in usual.filter
    assert "grid-test-ai" in usual.filter
    assert 'service_name = "grid-test-api"' in busy.filter


def test_instance_threshold_is_that_of_each_service() -> None:
    few, many = _query("instance_limit", AlertsConfig(instances_percent=90)).query.split("\nor ")
    assert 'service_name=~"grid-test-web|grid-test-ai"' in few
    assert few.endswith(" > 9")
    assert 'service_name=~"grid-test-api"' in many
    assert many.endswith(" > 45")


def test_instances_are_summed_by_service_region_and_revision() -> None:
    for part in _query("instance_limit").query.split("\nor "):
        assert part.startswith("sum by (service_name, location, revision_name) (")


def test_filters_are_within_the_api_limit() -> None:
    services = {f"service-{number:02}": _service() for number in range(50)}
    for alert in _alerts(services):
        for condition in alert.conditions:
            assert isinstance(condition, Query) or len(condition.filter) <= 2048


@pytest.mark.parametrize("name", ["high_latency", "high_cpu", "instance_limit"])
def test_new_service_is_in_the_alerts_on_services(name: str) -> None:
    changed = platform("dev", {"services.search": {"cpu": 1, "memory": "1Gi", "max_instances": 3}})
    address = f"google_monitoring_alert_policy.{name}"
    assert "grid-dev-search" in str(changed.get(address))
    assert "grid-dev-search" not in str(platform("dev").get(address))


def test_new_service_has_slos_and_burn_rate_alerts() -> None:
    changed = platform("dev", {"services.search": {"cpu": 1, "memory": "1Gi", "max_instances": 3}})
    new = changed.resources.keys() - platform("dev").resources.keys()
    assert {one for one in new if one.startswith("google_monitoring_")} == {
        "google_monitoring_custom_service.search",
        *(f"google_monitoring_slo.search_{what}" for what in ("availability", "latency")),
        *(
            f"google_monitoring_alert_policy.search_{what}_{speed}_burn"
            for what in ("availability", "latency")
            for speed in ("fast", "slow")
        ),
    }
    assert set(changed.outputs["slos"]) == {"auth", "api", "ai", "search"}


def test_error_query_groups_by_label_without_a_list_of_services() -> None:
    assert not re.search(r"grid-test|one_of", _query("high_error_rate").query)
