"""What a stack has of each thing that Google limits: one row for each limit."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from facts import cloud_run, iam, load_balancing, monitoring, quotas
from tests.template import Template

Amounts = Iterator[tuple[str, int]]
"""Where, and how many or how long."""
POLICY, DASHBOARD = "google_monitoring_alert_policy", "google_monitoring_dashboard"
URL_MAP, CERTIFICATE = "google_compute_url_map", "google_compute_managed_ssl_certificate"


class Limit(NamedTuple):
    """A limit that holds whatever quota a project has, or that 300 services do not reach."""

    most: int
    amounts: Callable[[Template], Amounts]


def _conditions(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, policy in template.of(POLICY).items():
        for condition in policy["conditions"]:
            yield name, condition


def _texts(kind: str, field: str) -> Callable[[Template], Amounts]:
    def amounts(template: Template) -> Amounts:
        for name, condition in _conditions(template):
            if kind in condition:
                yield name, len(condition[kind][field])

    return amounts


def _each(type_: str) -> Callable[[Template], Amounts]:
    return lambda template: iter([("project", len(template.of(type_)))])


def _cloud_run(template: Template) -> Amounts:
    services = template.of("google_cloud_run_v2_service").values()
    yield from Counter(service["location"] for service in services).items()


def _conditions_of_policies(template: Template) -> Amounts:
    yield from Counter(name for name, _ in _conditions(template)).items()


def _widgets(template: Template) -> Amounts:
    for name, dashboard in template.of(DASHBOARD).items():
        yield name, len(json.loads(dashboard["dashboard_json"])["mosaicLayout"]["tiles"])


def _tests(template: Template) -> Amounts:
    for name, url_map in template.of(URL_MAP).items():
        yield name, len(url_map.get("test", []))


def _bytes(template: Template) -> Amounts:
    for name, url_map in template.of(URL_MAP).items():
        yield name, len(json.dumps(url_map))


def _domains(template: Template) -> Amounts:
    for name, certificate in template.of(CERTIFICATE).items():
        yield name, len(certificate["managed"]["domains"])


def _principals(template: Template) -> Amounts:
    for type_, at in (
        ("google_project_iam_member", "project"),
        ("google_secret_manager_secret_iam_member", "secret_id"),
        ("google_storage_bucket_iam_member", "bucket"),
        ("google_cloud_run_v2_service_iam_member", "name"),
    ):
        members = template.of(type_).values()
        places = Counter((member[at], member.get("location")) for member in members)
        yield from ((f"{type_} of {place}", count) for place, count in places.items())


LIMITS = {
    "characters of a filter": Limit(
        monitoring.max_filter_characters(), _texts("condition_threshold", "filter")
    ),
    "characters of a PromQL query": Limit(
        monitoring.max_filter_characters(), _texts("condition_prometheus_query_language", "query")
    ),
    "conditions of a policy": Limit(monitoring.max_alert_conditions(), _conditions_of_policies),
    "widgets of a dashboard": Limit(monitoring.max_dashboard_widgets(), _widgets),
    "tests of a URL map": Limit(load_balancing.max_url_map_tests(), _tests),
    "bytes of a URL map": Limit(load_balancing.max_url_map_bytes(), _bytes),
    "domains of a certificate": Limit(load_balancing.max_certificate_domains(), _domains),
    "alert policies": Limit(int(quotas.monitoring()["alert_policies"]), _each(POLICY)),
    "dashboards": Limit(int(quotas.monitoring()["dashboards"]), _each(DASHBOARD)),
    "uptime checks": Limit(
        int(quotas.monitoring()["uptime_checks"]), _each("google_monitoring_uptime_check_config")
    ),
    "log-based metrics": Limit(
        int(quotas.monitoring()["log_metrics"]), _each("google_logging_metric")
    ),
    "Cloud Run services in a region": Limit(cloud_run.max_services(), _cloud_run),
    "principals of an IAM policy": Limit(iam.max_policy_principals(), _principals),
}
