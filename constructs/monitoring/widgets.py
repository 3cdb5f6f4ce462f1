"""Widgets of a dashboard, as the Dashboards API has them in JSON.

Nothing here is zero, empty or a default: the API leaves that out of its answer, and the provider
would find a difference in every plan. Source: provider, `monitoringDashboardDiffSuppress`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

COLUMNS = 48
"""Width of the mosaic. Source: Dashboards API, `MosaicLayout.columns`, 1 to 48."""
HEADER_HEIGHT, CHART_HEIGHT = 4, 16
PERCENT = "10^2.%"
"""Unit of a share of 1 that a chart shows in percent (UCUM)."""


@dataclass(frozen=True, slots=True)
class Row:
    """Widgets side by side, with a title above them."""

    title: str
    widgets: Sequence[Json]

    @property
    def size(self) -> int:
        """How many widgets the row has on a dashboard, its title included."""
        return len(self.widgets) + 1


def series(
    metric: str,
    resource: str = "",
    where: str = "",
    *,
    align: str,
    reduce: str = "REDUCE_SUM",
    by: Sequence[str] = (),
    seconds: int = 60,
) -> Json:
    """Return a filter of a metric, with the aggregation of its time series.

    Args:
        metric: metric type.
        resource: monitored resource type; empty for a log-based metric, whose resource is that of
            the log entries.
        where: comparisons of labels, joined by AND.
        align: per-series aligner.
        reduce: cross-series reducer.
        by: labels that stay, such as `resource.label.service_name`.
        seconds: alignment period.
    """
    parts = [f'metric.type="{metric}"', resource and f'resource.type="{resource}"', where]
    return {
        "filter": " AND ".join(filter(None, parts)),
        "aggregation": {
            "alignmentPeriod": f"{seconds}s",
            "perSeriesAligner": align,
            "crossSeriesReducer": reduce,
            **({"groupByFields": list(by)} if by else {}),
        },
    }


def rate(metric: str, resource: str, where: str = "", *, by: Sequence[str] = ()) -> Json:
    """How many a second, of all series together or by labels."""
    return series(metric, resource, where, align="ALIGN_RATE", by=by)


def percentile(
    metric: str, resource: str, where: str = "", *, percent: int = 95, by: Sequence[str] = ()
) -> Json:
    """Return a percentile of all points together: a mean of percentiles is not a percentile."""
    reduce = f"REDUCE_PERCENTILE_{percent}"
    return series(metric, resource, where, align="ALIGN_DELTA", reduce=reduce, by=by)


def budget(objective: str) -> Json:
    """Return the rest of the error budget of an SLO, as a share of 1."""
    return {
        "filter": f'select_slo_budget_fraction("{objective}")',
        "aggregation": {"alignmentPeriod": "300s", "perSeriesAligner": "ALIGN_NEXT_OLDER"},
    }


def line(selected: Json, legend: str = "", unit: str = "") -> Json:
    """Return a set of lines of a chart; without a legend, each line has its labels as its name."""
    return _line({"timeSeriesFilter": selected}, legend, unit)


def logged(metric: str, label: str) -> Json:
    """How many log entries a minute, a line for each value of a label of their metric."""
    return line(series(metric, align="ALIGN_DELTA", by=[f"metric.label.{label}"]))


def ratio(numerator: Json, denominator: Json, legend: str = "") -> Json:
    """Return a set of lines, each a share of 1 in percent."""
    both = {"numerator": numerator, "denominator": denominator}
    return _line({"timeSeriesFilterRatio": both}, legend, PERCENT)


def chart(title: str, *lines: Json, limits: Mapping[str, float] | None = None) -> Json:
    """Return a line chart, with a horizontal line for each limit."""
    limited = [
        {"label": label, "value": value, "targetAxis": "Y1"}
        for label, value in (limits or {}).items()
    ]
    drawn: Json = {"dataSets": list(lines), **({"thresholds": limited} if limited else {})}
    return {"title": title, "xyChart": drawn}


def mosaic(rows: Iterable[Row]) -> Json:
    """Return the layout of the rows, one below the other."""
    tiles: list[Json] = []
    top = 0
    for row in rows:
        header = {"title": row.title, "sectionHeader": {"dividerBelow": True}}
        tiles.append(_tile(header, 0, top, COLUMNS, HEADER_HEIGHT))
        top += HEADER_HEIGHT
        width = COLUMNS // len(row.widgets)
        for index, widget in enumerate(row.widgets):
            tiles.append(_tile(widget, index * width, top, width, CHART_HEIGHT))
        top += CHART_HEIGHT
    return {"columns": COLUMNS, "tiles": tiles}


def _line(query: Json, legend: str, unit: str) -> Json:
    return {
        "timeSeriesQuery": query | ({"unitOverride": unit} if unit else {}),
        "plotType": "LINE",
        "targetAxis": "Y1",
        **({"legendTemplate": legend} if legend else {}),
    }


def _tile(widget: Json, left: int, top: int, width: int, height: int) -> Json:
    place = {"xPos": left, "yPos": top, "width": width, "height": height}
    return {"widget": widget, **{key: value for key, value in place.items() if value}}
