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


def test_the_bucket_that_every_project_has_keeps_logs_as_long_as_the_file_says() -> None:
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


def test_no_more_is_audited_than_that() -> None:
    assert set(_template().of("google_project_iam_audit_config")) == set(AUDITED)
    assert _template(SILENT).of("google_project_iam_audit_config") == {}


def test_refused_reads_of_secrets_are_counted_where_they_are_logged() -> None:
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
def test_a_metric_counts_by_its_label(metric: str, label: str, filters: list[str]) -> None:
    made = _template().get(f"google_logging_metric.{metric}")
    assert made["name"] == f"grid_test_{metric}"
    assert all(part in made["filter"] for part in filters)
    assert [one["key"] for one in made["metric_descriptor"]["labels"]] == [label]
    assert list(made["label_extractors"]) == [label]
    assert made["metric_descriptor"]["metric_kind"] == "DELTA"
