"""Logs: retention, audit and log-based metrics."""

from functools import cache

import pytest
from constructs.monitoring import Logs

from environments.schema import LogsConfig
from tests.template import Template, alone

AUDITED = {"secretmanager": "secretmanager.googleapis.com", "cloudsql": "cloudsql.googleapis.com"}
METRICS = ["database_errors", "denied_requests", "denied_secrets", "server_errors"]


@cache
def _template(config: LogsConfig | None = None) -> Template:
    return alone(
        lambda stack: Logs(
            stack,
            "logs",
            config or LogsConfig(),
        )
    )


SILENT = LogsConfig(data_access_audit=False)


def test_default_log_bucket_has_the_configured_retention() -> None:
    bucket = _template(LogsConfig(retention_days=90)).one("google_logging_project_bucket_config")
    assert (bucket["bucket_id"], bucket["location"]) == ("_Default", "global")
    assert bucket["retention_days"] == 90
    assert bucket["project"] == "grid-test-example"


@pytest.mark.parametrize(("name", "service"), AUDITED.items())
def test_data_access_is_audited(name: str, service: str) -> None:
    audit = _template().get(f"google_project_iam_audit_config.{name}")
    assert audit["service"] == service
    types = [one["log_type"] for one in audit["audit_log_config"]]
    assert types == ["ADMIN_READ", "DATA_READ", "DATA_WRITE"]


def test_audit_config_exists_only_for_listed_services_and_when_enabled() -> None:
    assert set(_template().of("google_project_iam_audit_config")) == set(AUDITED)
    assert _template(SILENT).of("google_project_iam_audit_config") == {}


def test_all_services_are_audited_only_when_asked() -> None:
    config = LogsConfig(data_access_audit=False, all_services_audit=True)
    audit = _template(config).one("google_project_iam_audit_config")
    assert audit["service"] == "allServices"
    assert len(audit["audit_log_config"]) == 3


def test_denied_secrets_metric_exists_only_with_data_access_audit() -> None:
    assert sorted(_template().of("google_logging_metric")) == METRICS
    assert "denied_secrets" not in _template(SILENT).of("google_logging_metric")


@pytest.mark.parametrize(
    ("metric", "label", "filters"),
    [
        ("server_errors", "cause", ['"http_load_balancer"', "httpRequest.status>=500"]),
        ("denied_requests", "rule", ['enforcedSecurityPolicy.outcome="DENY"']),
        ("database_errors", "kind", ["cloudsql.googleapis.com/postgres.log", "severity>=ERROR"]),
        ("denied_secrets", "account", ["AccessSecretVersion", "status.code=7"]),
    ],
)
def test_metric_extracts_its_label(metric: str, label: str, filters: list[str]) -> None:
    resource = _template().get(f"google_logging_metric.{metric}")
    assert resource["name"] == f"grid_test_{metric}"
    assert all(part in resource["filter"] for part in filters)
    assert [one["key"] for one in resource["metric_descriptor"]["labels"]] == [label]
    assert list(resource["label_extractors"]) == [label]
    assert resource["metric_descriptor"]["metric_kind"] == "DELTA"
