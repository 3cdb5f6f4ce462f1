"""The dashboard: its rows, what follows from the environment, and JSON that makes no difference."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from constructs.monitoring.widgets import COLUMNS, Row, chart, line, mosaic, series

from tests.template import Block, Template
from tests.unit.parts import ENVIRONMENT_NAMES, OTHER_DEV, platform

OVERVIEW = [
    "Requests per second",
    "Share of 5xx",
    "95th percentile of latency",
    "Database connections",
]


@cache
def _page(name: str) -> dict[str, Any]:
    return _content(platform(name))


def _content(template: Template) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        template.one("google_monitoring_dashboard")["dashboard_json"]
    )
    return content


def _rows(page: Block) -> dict[str, list[Block]]:
    """Charts by the title of their row."""
    found: dict[str, list[Block]] = {}
    for tile in page["mosaicLayout"]["tiles"]:
        widget = tile["widget"]
        if "sectionHeader" in widget:
            found[widget["title"]] = []
        else:
            found[list(found)[-1]].append(widget)
    return found


def _titles(page: Block, row: str) -> list[str]:
    return [widget["title"] for widget in _rows(page)[row]]


def _query(page: Block, row: str, title: str, line_: int = 0) -> Any:
    [found] = [widget for widget in _rows(page)[row] if widget["title"] == title]
    return found["xyChart"]["dataSets"][line_]["timeSeriesQuery"]


def _values(part: Any) -> Iterator[Any]:
    yield part
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for one in inner:
        yield from _values(one)


def test_dashboard_name_contains_the_environment() -> None:
    assert _page("dev")["displayName"] == "grid dev"


def test_dashboard_starts_with_the_four_widgets_of_the_spec() -> None:
    rows = _rows(_page("dev"))
    assert next(iter(rows)) == "Overview"
    assert _titles(_page("dev"), "Overview") == OVERVIEW


def test_error_chart_divides_by_all_requests_of_the_service() -> None:
    both = _query(_page("dev"), "Overview", "Share of 5xx")["timeSeriesFilterRatio"]
    above, below = both["numerator"], both["denominator"]
    assert above["filter"] == f'{below["filter"]} AND metric.label.response_code_class="5xx"'
    assert above["aggregation"] == below["aggregation"]
    assert above["aggregation"]["groupByFields"] == ["resource.label.service_name"]


def test_percentile_is_computed_over_all_requests() -> None:
    query = _query(_page("dev"), "Overview", "95th percentile of latency")["timeSeriesFilter"]
    assert query["aggregation"]["perSeriesAligner"] == "ALIGN_DELTA"
    assert query["aggregation"]["crossSeriesReducer"] == "REDUCE_PERCENTILE_95"


def test_connection_chart_shows_max_connections() -> None:
    [widget] = [one for one in _rows(_page("prod"))["Overview"] if "connections" in one["title"]]
    [limit] = widget["xyChart"]["thresholds"]
    assert (limit["label"], limit["value"]) == ("max_connections", 640)


@pytest.mark.parametrize("service", ["ai", "api", "auth"])
def test_each_service_has_a_row(service: str) -> None:
    page, row = _page("prod"), f"Service {service}"
    assert _titles(page, row) == ["Instances", "Latency", "Error budget left"]
    own = f'resource.label.service_name="grid-prod-{service}"'
    assert own in _query(page, row, "Instances")["timeSeriesFilter"]["filter"]
    latencies = [_query(page, row, "Latency", one)["timeSeriesFilter"] for one in range(3)]
    assert all(own in latency["filter"] for latency in latencies)
    assert [latency["aggregation"]["crossSeriesReducer"][-2:] for latency in latencies] == [
        "50",
        "95",
        "99",
    ]


def test_instance_chart_shows_max_instances() -> None:
    widget = _rows(_page("prod"))["Service api"][0]["xyChart"]
    assert widget["thresholds"][0]["value"] == 200
    query = widget["dataSets"][0]["timeSeriesQuery"]["timeSeriesFilter"]
    assert query["aggregation"]["groupByFields"] == ["resource.label.location"]


@pytest.mark.parametrize("line_", [0, 1])
def test_error_budget_chart_reads_the_slos_of_the_service(line_: int) -> None:
    query = _query(_page("prod"), "Service api", "Error budget left", line_)
    objective = ("availability", "latency")[line_]
    name = f"${{google_monitoring_slo.api_{objective}.name}}"
    assert query["timeSeriesFilter"]["filter"] == f'select_slo_budget_fraction("{name}")'


def test_replica_lag_chart_exists_only_with_replicas() -> None:
    assert "Replica lag" in _titles(_page("prod"), "Database")
    assert "Replica lag" not in _titles(_page("dev"), "Database")


def test_legend_is_escaped_for_terraform() -> None:
    widget = _rows(_page("dev"))["Database"][0]["xyChart"]
    legends = [dataset["legendTemplate"] for dataset in widget["dataSets"]]
    assert legends == [
        "CPU $${resource.labels.database_id}",
        "memory $${resource.labels.database_id}",
    ]


def test_migration_chart_exists_only_with_a_migration_job() -> None:
    assert "Migrations" in _titles(_page("dev"), "Operations")
    assert "Migrations" not in _titles(_content(platform("dev", OTHER_DEV)), "Operations")


def test_migration_chart_filters_by_job_name() -> None:
    query = _query(_page("dev"), "Operations", "Migrations")["timeSeriesFilter"]
    job = platform("dev").get("google_cloud_run_v2_job.migrate")["name"]
    assert f'resource.label.job_name="{job}"' in query["filter"]


def test_export_chart_exists_only_with_backups() -> None:
    assert "Exports" not in _titles(_page("dev"), "Operations")
    query = _query(_page("prod"), "Operations", "Exports")["timeSeriesFilter"]
    workflow = platform("prod").one("google_workflows_workflow")["name"]
    assert f'resource.label.workflow_id="{workflow}"' in query["filter"]
    assert query["aggregation"]["groupByFields"] == ["metric.label.status"]


def test_gateway_row_exists_only_with_a_gateway() -> None:
    assert _titles(_page("prod"), "API gateway") == [
        "Answers per second by code",
        "95th percentile of latency",
    ]
    assert "API gateway" not in _rows(_page("dev"))


def test_vector_search_row_exists_only_with_a_deployed_index() -> None:
    widgets = _rows(_page("prod"))["Vector search"]
    assert [widget["title"] for widget in widgets] == [
        "Queries per second by code",
        "95th percentile of latency",
        "Replicas",
    ]
    [limit] = widgets[2]["xyChart"]["thresholds"]
    assert (limit["label"], limit["value"]) == ("max_replicas", 4)
    assert "Vector search" not in _rows(_page("dev"))


def test_denied_reads_chart_exists_only_with_data_access_audit() -> None:
    silent = platform("dev", {"monitoring.logs": {"data_access_audit": False}})
    assert "Denied reads of secrets" in _titles(_page("dev"), "Operations")
    assert "Denied reads of secrets" not in _titles(_content(silent), "Operations")


def test_dashboard_is_missing_when_disabled() -> None:
    without = platform("dev", {"monitoring.dashboard": False})
    assert without.of("google_monitoring_dashboard") == {}
    assert "dashboard" not in without.outputs


def test_dashboard_output_is_the_dashboard_id() -> None:
    assert platform("dev").outputs["dashboard"] == "${google_monitoring_dashboard.main.id}"


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_dashboard_json_has_no_default_values_that_the_api_drops(name: str) -> None:
    empty = [one for one in _values(_page(name)) if one in (0, "", None, False, [], {})]
    assert empty == []


def test_widgets_share_the_width_of_their_row() -> None:
    drawn = chart("a", line(series("m", align="ALIGN_RATE")))
    layout = mosaic([Row("one", [drawn] * 3), Row("two", [drawn])])
    places = [(tile.get("xPos", 0), tile.get("yPos", 0), tile["width"]) for tile in layout["tiles"]]
    third = COLUMNS // 3
    assert places == [
        (0, 0, COLUMNS),
        (0, 4, third),
        (third, 4, third),
        (2 * third, 4, third),
        (0, 20, COLUMNS),
        (0, 24, COLUMNS),
    ]
