"""Stacks of environments of many sizes are within every limit of `tests.sizes.limits`."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from constructs.monitoring import alerts_database
from constructs.monitoring.alert import Query, Threshold
from constructs.monitoring.alerts_services import alerts
from constructs.monitoring.splitting import split_alert
from hypothesis import given, settings
from hypothesis.strategies import integers

from environments.checking import check
from environments.naming import Names
from facts import monitoring
from tests.sizes.environments import LONGEST_SERVICE, Size, content, synthesized
from tests.sizes.limits import DASHBOARD, LIMITS, POLICY, URL_MAP
from tests.template import ENVIRONMENT, Template

SIZES = (
    Size(1),
    Size(16),
    Size(17, regions=2, name_characters=LONGEST_SERVICE, values=7),
    Size(60, values=7),
    Size(61, regions=3, name_characters=LONGEST_SERVICE, values=61, gateway=True),
    Size(114, regions=2, name_characters=LONGEST_SERVICE),
    Size(115, name_characters=10, values=2, paths=3),
    Size(300, name_characters=LONGEST_SERVICE, values=20),
)
SMALL, LARGE = "s16", "s300"
SPLIT = ("high_latency", "high_cpu", "instance_limit")
"""Alerts that name the services."""


def _template(name: str) -> Template:
    return synthesized(SIZES)[name]


def _named(template: Template, alert: str) -> Counter[str]:
    """Count how often an alert names each service."""
    text = json.dumps(
        [
            policy["conditions"]
            for name, policy in template.of(POLICY).items()
            if re.fullmatch(rf"{alert}(_\d+)?", name)
        ]
    )
    return Counter(re.findall(r"grid-s\d+-s\d+x*", text))


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_stack_is_within_the_limit(size: Size, limit: str) -> None:
    most, measure = LIMITS[limit]
    amounts = dict(measure(_template(size.name)))
    assert amounts
    assert {where: amount for where, amount in amounts.items() if amount > most} == {}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_stack_repeats_no_service_and_leaves_none_out(size: Size) -> None:
    template = _template(size.name)
    services = {one["name"] for one in template.of("google_cloud_run_v2_service").values()}
    for alert in SPLIT:
        assert _named(template, alert) == dict.fromkeys(services, 1), alert
    titles = Counter(
        tile["widget"]["title"]
        for dashboard in template.of(DASHBOARD).values()
        for tile in json.loads(dashboard["dashboard_json"])["mosaicLayout"]["tiles"]
        if tile["widget"].get("title", "").startswith("Service ")
    )
    assert len(titles) == size.services
    assert set(titles.values()) == {1}


def test_small_environment_keeps_its_addresses() -> None:
    template = _template(SMALL)
    assert list(template.of(DASHBOARD)) == ["main"]
    assert [name for name in template.of(POLICY) if name.startswith(SPLIT)] == [*sorted(SPLIT)]


def test_large_environment_has_further_policies_and_dashboards() -> None:
    template = _template(LARGE)
    assert {"main", "services_2", "services_13"} < set(template.of(DASHBOARD))
    titles = [json.loads(one["dashboard_json"])["displayName"] for one in _dashboards(template)]
    assert len(set(titles)) == len(titles)
    assert {"high_latency", "high_latency_2", "high_cpu_4"} < set(template.of(POLICY))
    assert template.get(f"{POLICY}.high_cpu_2")["display_name"].endswith("CPU, part 2")


def _dashboards(template: Template) -> Iterator[dict[str, str]]:
    yield from template.of(DASHBOARD).values()


def test_tests_of_the_url_map_cover_every_host_and_the_first_paths() -> None:
    url_map = _template("s61").get(f"{URL_MAP}.default")
    hosts = {host for rule in url_map["host_rule"] for host in rule["hosts"]}
    assert hosts | {"s61.example.com"} == {test["host"] for test in url_map["test"]}
    large = _template("s115").get(f"{URL_MAP}.default")
    assert len(large["path_matcher"][0]["path_rule"]) == 115 * 3
    assert len(large["test"]) == 100


@pytest.mark.parametrize(("replicas", "fits"), [(17, True), (18, False)])
def test_filters_name_as_many_replicas_as_a_file_can_have(*, replicas: int, fits: bool) -> None:
    names = [f"{number:02}".ljust(98, "x") for number in range(replicas + 1)]
    database = ENVIRONMENT.database.model_copy(update={"replicas": dict.fromkeys(names)})
    config = ENVIRONMENT.monitoring.alerts
    filters = [
        _text(condition)
        for alert in alerts_database.alerts(database, config, instances=names)
        for condition in alert.conditions
    ]
    assert (max(map(len, filters)) <= monitoring.max_filter_characters()) is fits


@settings(deadline=None, max_examples=60)
@given(integers(1, 400), integers(0, LONGEST_SERVICE), integers(1, 70))
def test_alerts_of_any_size_fit(services: int, name_characters: int, values: int) -> None:
    size = Size(services, name_characters=name_characters, values=values)
    environment = check(content(size), size.name).environment
    parts = [part for alert in alerts(environment) for part in split_alert(alert)]
    conditions = [condition for part in parts for condition in part.conditions]
    assert all(len(part.conditions) <= monitoring.max_alert_conditions() for part in parts)
    texts = map(_text, conditions)
    assert max(map(len, texts)) <= monitoring.max_filter_characters()
    assert len({part.id for part in parts}) == len(parts)
    cloud_run = list(map(partial(Names.service, Names.of(environment)), environment.services))
    for alert in SPLIT:
        text = "".join(
            _text(condition)
            for part in parts
            if part.id.startswith(alert)
            for condition in part.conditions
        )
        assert Counter(re.findall(r"grid-s\d+-s\d+x*", text)) == dict.fromkeys(cloud_run, 1)


def _text(condition: Threshold | Query) -> str:
    return condition.query if isinstance(condition, Query) else condition.filter
