"""The list of metric types, and what is read out of filters and queries."""

import json
from pathlib import Path

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.services.context import RuleContext
from offline.services.monitoring import metric_types as metrics
from offline.services.monitoring.filters import UnreadableFilterError, group_label, parse
from offline.services.monitoring.metric_types import (
    ANY,
    is_listed_domain,
    metric_types,
    misspelled,
    resource_labels,
)
from offline.services.monitoring.mql import metrics as fetched
from offline.services.monitoring.promql import (
    find_selection_doubt,
    find_selection_error,
    promql_name,
    selections,
)

CONTENT = json.loads(
    Path(metrics.__file__).with_name("metric_types.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", CONTENT["metrics"])
def test_every_metric_type_has_kind_labels_and_source(name: str) -> None:
    one, metric = CONTENT["metrics"][name], metric_types()[name]
    assert metric.kind in ("GAUGE", "DELTA", "CUMULATIVE")
    assert metric.value in ("BOOL", "INT64", "DOUBLE", "STRING", "DISTRIBUTION")
    assert bool(metric.unit) == (metric.value not in ("BOOL", "STRING"))
    assert one["labels"] == sorted(one["labels"])
    assert metric.resources
    assert all(on == ANY or on in resource_labels() for on in metric.resources)
    assert one["seen"] in CONTENT["sources"]


def test_sources_have_the_keys_of_a_fact() -> None:
    entries = [*CONTENT["sources"].values(), *CONTENT["without_metrics"].values()]
    assert {tuple(entry) for entry in entries} == {("source", "checked", "how", "note")}


def test_promql_names_of_metric_types_are_unique() -> None:
    assert len({promql_name(name) for name in metric_types()}) == len(metric_types())


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("run.googleapis.com/request_latencys", "run.googleapis.com/request_latencies"),
        ("redis.googleapis.com/client/connected", "redis.googleapis.com/clients/connected"),
        ("runs.googleapis.com/request_count", "run.googleapis.com/request_count"),
        ("rnu.googleapis.com/request_count", "run.googleapis.com/request_count"),
        ("run.googleapis.com/requst_count", "run.googleapis.com/request_count"),
        ("run.googleapis.com/request_count", None),
        ("run.googleapis.com/container/memory/allocated", None),
        ("cloudsql.googleapis.com/nothing_like_it", None),
        ("networking.googleapis.com/vm_flow/ingress_bytes_count", None),
    ],
)
def test_misspelled_metric_is_found(name: str, meant: str | None) -> None:
    assert misspelled(name) == meant


@pytest.mark.parametrize(
    ("name", "is_listed"),
    [
        ("run.googleapis.com/new", True),
        ("cloudscheduler.googleapis.com/job/attempt_count", True),
        ("spanner.googleapis.com/instance/cpu/utilization", False),
    ],
)
def test_domain_is_listed(name: str, is_listed: bool) -> None:
    assert is_listed_domain(name) is is_listed


def test_filter_is_parsed() -> None:
    read = parse(
        'metric.type = "a/b" resource.type="c" AND (metric.labels."d e"="(\\"" OR '
        'NOT resource.label.f = one_of("g)", "h")) metadata.user_labels.i:*'
    )
    assert (read.metric, read.resource) == ("a/b", "c")
    assert (read.metric_labels, read.resource_labels) == (("d e",), ("f",))
    assert "metadata.user_labels" in read.restricts


@pytest.mark.parametrize("text", ["a", 'metric.type="', 'select_slo_love("x")', "metric.kind=a"])
def test_unreadable_filter_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableFilterError):
        parse(text)


def test_slo_selector_names_its_objective() -> None:
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
def test_group_by_field_names_a_label(field: str, label: tuple[str, str] | None) -> None:
    assert group_label(field) == label


def test_promql_selections_are_unique() -> None:
    query = 'sum(rate(a_b:c{d="e"}[5m])) / sum({"a.b/c", f=~"g"}) > 1 or vector(2)'
    assert [(selection.name, selection.labels) for selection in selections(query)] == [
        ("a_b:c", ("d",)),
        ("a.b/c", ("__name__", "f")),
    ]


@pytest.mark.parametrize(
    "query",
    [
        'kubernetes_io:container_uptime{monitored_resource="k8s_container"}',
        '{__name__="compute_googleapis_com:instance_cpu_utilization"}',
        '{"kubernetes.io/container/restart_count"}',
        "workload_googleapis_com:orders",
        "job:http_requests:rate5m",
        "up",
    ],
)
def test_metric_of_a_domain_without_a_list_is_accepted_in_promql(query: str) -> None:
    context = RuleContext("google_monitoring_alert_policy", {}, None, FakeCloud(), Quotas())
    for selection in selections(query):
        assert find_selection_error(selection, context) is None
        assert find_selection_doubt(selection, context) is None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("fetch a | metric 'b.com/c/d' | every 1m", ["b.com/c/d"]),
        ("fetch a::b.com/c | condition val() > 1", ["b.com/c"]),
        ('{ fetch a::b.com/c ; fetch x | metric "b.com/e" } | ratio', ["b.com/c", "b.com/e"]),
        ("fetch a | filter metric.label == 'x/y'", []),
    ],
)
def test_mql_names_metric_types(query: str, names: list[str]) -> None:
    assert fetched(query) == names
