"""Cloud Monitoring: dashboards. Google's own messages read the JSON; see docs/decisions/0013."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from facts import monitoring
from offline.services.context import Block, RuleContext
from offline.services.monitoring.filters import UnreadableFilterError, parse
from offline.services.monitoring.mql import metrics
from offline.services.monitoring.promql import (
    UnreadableQueryError,
    find_selection_doubt,
    find_selection_error,
    selections,
)
from offline.services.monitoring.slos import OBJECTIVE
from offline.services.monitoring.time_series import (
    find_aggregation_error,
    find_filter_error,
    find_metric_doubt,
    find_metric_error,
)
from offline.services.registry import rule

DASHBOARD = "google_monitoring_dashboard"
_CONTENTS = frozenset(
    "xyChart scorecard text blank alertChart timeSeriesTable collapsibleGroup logsPanel "
    "incidentList pieChart errorReportingPanel sectionHeader singleViewGroup treemap".split()
)


@dataclass(frozen=True, slots=True)
class Query:
    """What a chart draws: a Monitoring filter with its aggregation, PromQL, or MQL."""

    filter: str = ""
    aggregation: Block | None = None
    promql: str = ""
    mql: str = ""


def content(text: str) -> dict[str, Any]:
    """Return the dashboard in a `dashboard_json`; empty when it is not known yet or no JSON
    object.
    """
    try:
        content_ = json.loads(text or "{}")
    except ValueError:
        return {}
    return content_ if isinstance(content_, dict) else {}


def widgets(dashboard: Any) -> Iterator[dict[str, Any]]:
    """Every widget of a dashboard, whatever its layout."""
    for item in _objects(dashboard):
        if _CONTENTS & item.keys():
            yield item


def queries(part: Any) -> Iterator[Query]:
    """Everything that a dashboard, or a part of one, draws."""
    for item in _objects(part):
        if isinstance(item.get("filter"), str):
            yield Query(filter=item["filter"], aggregation=_snake(item.get("aggregation") or {}))
        if isinstance(item.get("prometheusQuery"), str):
            yield Query(promql=item["prometheusQuery"])
        if isinstance(item.get("timeSeriesQueryLanguage"), str):
            yield Query(mql=item["timeSeriesQueryLanguage"])


def find_query_error(query: Query, context: RuleContext) -> str | None:
    """Why a chart of this query is empty, though the API takes it."""
    try:
        if query.promql:
            selections_ = (
                find_selection_error(selection, context) or find_selection_doubt(selection, context)
                for selection in selections(query.promql)
            )
            return next((why for why in selections_ if why), None)
        if query.mql:
            doubts = (
                find_metric_error(name, context) or find_metric_doubt(name, context)
                for name in metrics(query.mql)
            )
            return next((why for why in doubts if why), None)
        asked = parse(query.filter)
    except (UnreadableQueryError, UnreadableFilterError) as problem:
        return f"It cannot be read at {problem}."
    if not asked.objective and "metric.type" not in asked.restricts:
        return f'The filter "{query.filter}" names no metric.'
    if asked.objective and context.find(OBJECTIVE, asked.objective) is None:
        return f"Could not find service level objective {asked.objective}."
    return (
        find_metric_error(asked.metric, context)
        or find_metric_doubt(asked.metric, context)
        or find_filter_error(query.filter, context)
        or find_aggregation_error(query.filter, query.aggregation or {}, context)
    )


@rule(DASHBOARD)
def message(context: RuleContext) -> str | None:
    """JSON that is no Dashboard: an unknown field, another type, a word that is not of its enum."""
    # A quarter of a second, for who has a dashboard.
    from google.cloud.monitoring_dashboard_v1.types import Dashboard  # noqa: PLC0415
    from google.protobuf.json_format import ParseDict, ParseError  # noqa: PLC0415

    try:
        ParseDict(content(context.text("dashboard_json")), Dashboard.pb(Dashboard()))
    except ParseError as problem:
        what = re.sub(r"^(Failed to parse \w+ field: )+", "", str(problem)).rstrip(".")
        return f"Invalid JSON payload received. {what}."
    return None


@rule(DASHBOARD)
def thresholds(context: RuleContext) -> str | None:
    """Reject a threshold of a line chart with a color or a direction, which scorecards have."""
    for widget in widgets(content(context.text("dashboard_json"))):
        for threshold in widget.get("xyChart", {}).get("thresholds", ()):
            if threshold.keys() & {"color", "direction"}:
                return "Threshold color and direction cannot be specified within an XyChart."
    return None


@rule(DASHBOARD)
def widget_count(context: RuleContext) -> str | None:
    """More widgets than a dashboard has room for."""
    count = len(list(widgets(content(context.text("dashboard_json")))))
    most = monitoring.max_dashboard_widgets()
    if count <= most:
        return None
    return f"A dashboard has at most {most} widgets, got {count}."


@rule(DASHBOARD)
def tiles(context: RuleContext) -> str | None:
    """Reject a tile beyond the columns of its mosaic, or over another one."""
    layout = content(context.text("dashboard_json")).get("mosaicLayout", {})
    taken: dict[tuple[int, int], int] = {}
    for index, tile in enumerate(layout.get("tiles", ())):
        left, top = int(tile.get("xPos", 0)), int(tile.get("yPos", 0))
        width, height = int(tile.get("width", 0)), int(tile.get("height", 0))
        if left + width > int(layout.get("columns", 0)) or width < 1 or height < 1:
            return f"Tile {index} does not fit into the columns of its mosaic."
        for place in ((x, y) for x in range(left, left + width) for y in range(top, top + height)):
            other = taken.setdefault(place, index)
            if other != index and not _group(layout["tiles"][other]):
                return f"Tile {index} overlaps tile {other}."
    return None


def _group(tile: Mapping[str, Any]) -> bool:
    """Return a collapsible group lies under the tiles that it groups."""
    return "collapsibleGroup" in tile.get("widget", {})


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inner in (
        part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    ):
        yield from _objects(inner)


def _snake(aggregation: Block) -> dict[str, Any]:
    """Return an aggregation with the names that Terraform gives its fields."""
    return {
        re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), key): value
        for key, value in aggregation.items()
    }
