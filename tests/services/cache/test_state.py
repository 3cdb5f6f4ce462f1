"""Tests of the state that a cache reports: gauges, and log lines when it changes."""

import asyncio
import logging
from functools import partial

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from grid_shared.cache import breaker, invalidations
from grid_shared.cache.metrics import Metrics, State
from tests.services.cache.conftest import Grid, Process, Source, until

OPEN, SUBSCRIBED = "cache.breaker.open", "cache.subscription.connected"
PENDING = "cache.invalidations.pending"


def _state(process: Process) -> tuple[int, int, int]:
    return process.count(OPEN), process.count(SUBSCRIBED), process.count(PENDING)


def _messages(caplog: pytest.LogCaptureFixture, logger: str) -> list[str]:
    return [
        f"{record.levelname} {record.message.partition(': ')[2].partition(':')[0]}"
        for record in caplog.records
        if record.name == logger
    ]


def test_gauges_and_log_follow_an_outage_of_redis(
    grid: Grid, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invalidations, "RETRY", 0.01)
    caplog.set_level(logging.INFO, "grid_shared")

    async def test() -> None:
        source = Source()
        async with grid.process(redis_timeout=2) as process:
            assert _state(process) == (0, 1, 0)
            grid.server.kill()
            await until(lambda: not process.cache.subscribed)
            for number in range(breaker.Breaker.THRESHOLD):
                await process.cache.get(f"k{number}", source)
            assert not await process.cache.invalidate("a", "b", prefix="p")
            assert _state(process) == (1, 0, 3)
            grid.server.start()
            await until(lambda: _state(process) == (0, 1, 0))

    asyncio.run(test())
    assert _messages(caplog, invalidations.__name__) == [
        "WARNING invalidations do not arrive",
        "INFO invalidations arrive again",
    ]
    assert _messages(caplog, breaker.__name__) == [
        "WARNING 5 calls to Redis failed in a row; the breaker is open",
        "INFO Redis responds again; the breaker is closed",
    ]


def test_closed_cache_reports_no_state(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as process:
            await process.cache.__aexit__(None, None, None)
            assert _state(process) == (0, 0, 0)

    asyncio.run(test())


def test_caches_of_one_process_report_their_own_state() -> None:
    reader = InMemoryMetricReader()
    meters = MeterProvider([reader])
    for pending, namespace in enumerate(["users", "orders"]):
        read = partial(State, breaker_open=False, subscribed=True, pending=pending)
        Metrics(namespace, meters).observe(read)
    data = reader.get_metrics_data()
    meters.shutdown()
    assert data
    values = {
        (point.attributes or {})["cache.namespace"]: getattr(point, "value", None)
        for scope in data.resource_metrics[0].scope_metrics
        for metric in scope.metrics
        if metric.name == PENDING
        for point in metric.data.data_points
    }
    assert values == {"users": 0, "orders": 1}
