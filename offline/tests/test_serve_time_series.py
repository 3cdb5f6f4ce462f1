"""Tests of the series of custom metrics in the served Google."""

from __future__ import annotations

from urllib.parse import quote

from rest_client import PROJECT, Client

METRIC = "custom.googleapis.com/cache.reads"
SERIES = f"monitoring/v3/{PROJECT}/timeSeries"


def series(level: str, count: int, metric: str = METRIC) -> dict[str, object]:
    return {
        "metric": {"type": metric, "labels": {"cache_level": level}},
        "resource": {"type": "generic_task", "labels": {"job": "api"}},
        "points": [
            {
                "interval": {"endTime": "2026-01-01T00:00:00Z"},
                "value": {"int64Value": str(count)},
            }
        ],
    }


def values(client: Client, filter_: str) -> list[str]:
    end = "2026-01-01T01:00:00Z"
    query = f"filter={quote(filter_)}&interval.endTime={quote(end)}"
    listed = client("GET", f"{SERIES}?{query}").body.get("timeSeries", [])
    return [each["points"][0]["value"]["int64Value"] for each in listed]


def test_written_series_are_listed_by_labels(client: Client) -> None:
    written = {"timeSeries": [series("l1", 5), series("fetch", 2)]}
    assert client("POST", SERIES, written).status == 200
    kind = f'metric.type="{METRIC}"'
    assert values(client, kind) == ["5", "2"]
    assert values(client, f'{kind} AND metric.label.cache_level="l1"') == ["5"]
    assert values(client, f'{kind} AND resource.type="cloud_run_revision"') == []
    assert values(client, 'metric.type="custom.googleapis.com/other"') == []


def test_series_of_google_cannot_be_written(client: Client) -> None:
    metric = "run.googleapis.com/request_count"
    assert client("POST", SERIES, {"timeSeries": [series("l1", 1, metric)]}).status == 400
