"""The list of metric types, and what is read out of filters and queries."""

import json
from pathlib import Path

import pytest

from offline.services.monitoring import metric_types as metrics
from offline.services.monitoring.filters import UnreadableFilterError, group_label, parse
from offline.services.monitoring.metric_types import (
    ANY,
    is_misspelled,
    metric_types,
    nearest,
    resource_labels,
)
from offline.services.monitoring.promql import promql_name, selections

CONTENT = json.loads(
    Path(metrics.__file__).with_name("metric_types.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", CONTENT["metrics"])
def test_a_metric_type_says_what_it_is_and_how_that_is_known(name: str) -> None:
    one, metric = CONTENT["metrics"][name], metric_types()[name]
    assert metric.kind in ("GAUGE", "DELTA", "CUMULATIVE")
    assert metric.value in ("BOOL", "INT64", "DOUBLE", "STRING", "DISTRIBUTION")
    assert bool(metric.unit) == (metric.value not in ("BOOL", "STRING"))
    assert one["labels"] == sorted(one["labels"])
    assert metric.resources
    assert all(on == ANY or on in resource_labels() for on in metric.resources)
    assert [one.get("seen"), one.get("known")].count(None) == 1
    assert (one.get("seen") or one["known"]) in CONTENT["sources"]


def test_no_two_metric_types_are_one_in_promql() -> None:
    assert len({promql_name(name) for name in metric_types()}) == len(metric_types())


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("run.googleapis.com/request_latency", "run.googleapis.com/request_latencies"),
        ("redis.googleapis.com/client/connected", "redis.googleapis.com/clients/connected"),
        ("runs.googleapis.com/request_count", "run.googleapis.com/request_count"),
        ("cloudsql.googleapis.com/nothing_like_it", None),
    ],
)
def test_a_misspelt_name_has_a_nearest_one(name: str, meant: str | None) -> None:
    assert is_misspelled(name)
    assert nearest(name) == meant


def test_a_name_of_an_unknown_domain_may_be_right() -> None:
    assert not is_misspelled("spanner.googleapis.com/instance/cpu/utilization")
    assert not is_misspelled("run.googleapis.com/request_count")


def test_a_filter_is_read_into_its_parts() -> None:
    read = parse(
        'metric.type = "a/b" resource.type="c" AND (metric.labels."d e"="(\\"" OR '
        'NOT resource.label.f = one_of("g)", "h")) metadata.user_labels.i:*'
    )
    assert (read.metric, read.resource) == ("a/b", "c")
    assert (read.metric_labels, read.resource_labels) == (("d e",), ("f",))
    assert "metadata.user_labels" in read.restricts


@pytest.mark.parametrize("text", ["a", 'metric.type="', 'select_slo_love("x")', "metric.kind=a"])
def test_what_is_no_filter_is_said(text: str) -> None:
    with pytest.raises(UnreadableFilterError):
        parse(text)


def test_an_objective_is_found_in_its_selector() -> None:
    assert parse('select_slo_burn_rate("projects/1/x", "60m")').objective == "projects/1/x"


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("resource.label.zone", ("resource", "zone")),
        ('metric.labels."a-b"', ("metric", "a-b")),
        ("resource.zone", ("resource", "zone")),
        ("metadata.user_labels.x", None),
    ],
)
def test_group_by_fields_name_labels(field: str, label: tuple[str, str] | None) -> None:
    assert group_label(field) == label


def test_every_vector_of_a_query_is_found_once() -> None:
    query = 'sum(rate(a_b:c{d="e"}[5m])) / sum({"a.b/c", f=~"g"}) > 1 or vector(2)'
    assert [(selection.name, selection.labels) for selection in selections(query)] == [
        ("a_b:c", ("d",)),
        ("a.b/c", ("__name__", "f")),
    ]
