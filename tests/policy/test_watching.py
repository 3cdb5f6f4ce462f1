"""What watches the platform names what exists: every alert policy, objective, check, log metric and
chart of every environment, judged as the APIs and the audit of the offline Google judge it.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.services.catalog import check
from offline.services.context import RuleContext, blocks
from offline.services.monitoring.dashboards import (
    Query,
    content,
    find_query_error,
    queries,
    widgets,
)
from offline.services.monitoring.filters import parse
from offline.services.monitoring.metric_types import metric_types
from offline.services.monitoring.promql import find_selection_error, promql_name, selections
from offline.services.monitoring.time_series import LOG_METRICS
from offline.services.registry import ApiError
from tests import template as templates
from tests.services.telemetry.google import google, write_all
from tests.template import Template

WATCHING = ("google_logging_", "google_monitoring_")
DASHBOARD, POLICY = "google_monitoring_dashboard", "google_monitoring_alert_policy"
REFERENCE = re.compile(r"\$\{(\w+)\.(\w+)\.(\w+)\}")


def _resolved(value: Any, template: Template) -> Any:
    """Return a part of a template whose references are replaced by their text or a name."""

    def meant(found: re.Match[str]) -> str:
        type_, name, attribute = found.groups()
        text = template.of(type_).get(name, {}).get(attribute)
        return text if isinstance(text, str) and "${" not in text else f"{type_}/{name}"

    if isinstance(value, dict):
        return {key: _resolved(inner, template) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, template) for inner in value]
    return REFERENCE.sub(meant, value) if isinstance(value, str) else value


def _watching(template: Template) -> dict[str, dict[str, Any]]:
    """Everything that watches, by address, with references resolved."""
    return {
        address: _resolved(resource, template)
        for address, resource in template.resources.items()
        if address.startswith(WATCHING)
    }


def _world(template: Template, without: str = "") -> FakeCloud:
    """Return a world with all resources but one."""
    world = FakeCloud()
    for address, one in _watching(template).items():
        if address != without:
            type_, name = address.split(".")
            known = {"id": address, "name": f"{type_}/{name}"}
            world.put(type_, address, known | one, action="create")
    return world


def _drawn(template: Template) -> Iterator[tuple[str, Query]]:
    """Every query of the dashboard, with the title of its chart."""
    for address, one in _watching(template).items():
        if address.startswith(f"{DASHBOARD}."):
            for widget in widgets(content(one["dashboard_json"])):
                yield from ((widget["title"], query) for query in queries(widget))


def test_api_rules_accept_alerts_and_dashboards(template: Template) -> None:
    judged = _watching(template)
    assert {address.split(".")[0] for address in judged} >= {DASHBOARD, POLICY}
    for address, one in judged.items():
        world = _world(template, without=address)
        check(address.split(".")[0], one, None, world, Quotas())


def test_every_chart_has_data(template: Template) -> None:
    case = RuleContext(DASHBOARD, {}, None, _world(template), Quotas())
    drawn = list(_drawn(template))
    assert [(title, why) for title, one in drawn if (why := find_query_error(one, case))] == []
    assert len(drawn) > 20


def _metrics(template: Template) -> Iterator[str]:
    """Every metric that a filter or a query names, by its metric type."""
    for _, query in _drawn(template):
        yield parse(query.filter).metric
    spelt = {promql_name(name): name for name in metric_types()}
    for address, one in _watching(template).items():
        for condition in blocks(one, "conditions.condition_prometheus_query_language"):
            names = (found.name for found in selections(condition["query"]))
            yield from (spelt.get(name, name) for name in names)
        if not address.startswith("google_logging_"):  # those filter log entries
            yield from (parse(text).metric for text in _filters(one))


def _filters(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key.endswith("filter") and isinstance(value, str):
                yield value
            yield from _filters(value)
    for inner in part if isinstance(part, list) else ():
        yield from _filters(inner)


def test_every_google_metric_is_a_known_type(template: Template) -> None:
    own = {
        *(LOG_METRICS + metric["name"] for metric in template.of("google_logging_metric").values()),
        *(
            descriptor["type"]
            for descriptor in template.of("google_monitoring_metric_descriptor").values()
        ),
    }
    known = {*metric_types(), *own, *map(promql_name, own), ""}
    assert set(_metrics(template)) - known == set()


def test_every_google_metric_has_a_source(template: Template) -> None:
    used = [metric_types()[name] for name in set(_metrics(template)) & set(metric_types())]
    assert [metric.type for metric in used if metric.how == "unconfirmed"] == []
    assert len(used) > 20


def test_every_promql_condition_names_known_metrics_and_labels(template: Template) -> None:
    case = RuleContext(POLICY, {}, None, _world(template), Quotas())
    queries = [
        condition["query"]
        for one in _watching(template).values()
        for condition in blocks(one, "conditions.condition_prometheus_query_language")
    ]
    assert len(queries) > 2
    found = [find_selection_error(one, case) for query in queries for one in selections(query)]
    assert [why for why in found if why] == []


def test_every_log_metric_is_used(template: Template) -> None:
    named = set(_metrics(template))
    for one in template.of("google_logging_metric").values():
        metric = LOG_METRICS + one["name"]
        assert {metric, promql_name(metric)} & named, metric


@cache
def _written() -> dict[str, Any]:
    """Return the descriptors of what services write, as Google's exporter makes them."""
    with google() as served:
        asyncio.run(write_all(served))
    return {
        type_: (
            descriptor.MetricKind.Name(descriptor.metric_kind),
            descriptor.ValueType.Name(descriptor.value_type),
            descriptor.unit,
            {label.key for label in descriptor.labels},
        )
        for type_, descriptor in served.descriptors.items()
    }


def test_custom_metrics_are_those_that_services_write(template: Template) -> None:
    declared = {
        metric["type"]: (
            metric["metric_kind"],
            metric["value_type"],
            metric["unit"],
            {label["key"] for label in metric["labels"]},
        )
        for metric in template.of("google_monitoring_metric_descriptor").values()
    }
    assert declared == _written()


def test_every_custom_metric_is_written_and_read(template: Template) -> None:
    read = {name for name in _metrics(template) if name.startswith("custom")}
    assert read == set(_written())


def test_percentiles_are_not_averaged(template: Template) -> None:
    """The mean of each revision's percentile is the percentile of nothing."""
    text = json.dumps(_watching(template))
    assert "ALIGN_PERCENTILE" not in text
    assert "timeSeriesQueryLanguage" not in text
    assert "condition_monitoring_query_language" not in text


@cache
def _with_a_service() -> Template:
    """Dev with one more service: an entry in its file."""
    added = {"route": {"paths": ["/new"]}, "cpu": 1, "memory": "1Gi", "max_instances": 7}
    return templates.platform(templates.variant("dev", {"services.new-one": added}))


def test_added_service_has_route_backend_alerts_and_charts() -> None:
    template = _with_a_service()
    before = set(templates.platforms()["dev"].resources)
    added = {address.split(".")[0] for address in set(template.resources) - before}
    assert added >= {
        "google_compute_region_network_endpoint_group",
        "google_compute_backend_service",
        "google_monitoring_slo",
        POLICY,
    }
    paths = json.dumps(template.get("google_compute_url_map.default")["path_matcher"])
    assert '"/new/*"' in paths
    shown = [title for title, one in _drawn(template) if re.search("new[-_]one", one.filter)]
    assert set(shown) == {"Instances", "Latency", "Error budget left"}


def test_misspelled_metric_is_rejected() -> None:
    template = _with_a_service()
    address = f"{POLICY}.cache_memory"
    text = json.dumps(_watching(template)[address]).replace("memory/", "memories/")
    with pytest.raises(ApiError, match=r"redis\.googleapis\.com/stats/memory/"):
        check(POLICY, json.loads(text), None, _world(template, without=address), Quotas())
