"""Three levels of cache, servers that go away, and what is logged about it."""

import asyncio
import json
import logging
from collections.abc import Iterator
from functools import partial
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from grid_reference import app, database, logs
from grid_reference.readiness import Readiness
from grid_reference.settings import Settings
from grid_shared import CacheConfig, connect
from grid_shared.cache.connection import CONNECTIONS
from tests.services.migrations.databases import Database
from tests.services.servers import PostgresServer, RedisServer

ADA = "/users/00000000-0000-4000-8000-000000000001"
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture(autouse=True)
def _timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CONNECTION_TIMEOUT", 0.7)
    monkeypatch.setattr(Readiness, "MAX_AGE", 0.0)
    # A slow machine is no slow Redis.
    monkeypatch.setattr(app, "CacheConfig", partial(CacheConfig, redis_timeout=30))


def instance(environment: dict[str, str]) -> TestClient:
    """Return an instance of the service, with a memory and connections of its own."""
    return TestClient(app.create(Settings.of(environment)))


def until_ready(one: TestClient) -> None:
    while one.get("/ready").status_code == 503:
        pass


def test_a_user_is_read_through_three_levels(
    environment: dict[str, str], database: Database, postgres: PostgresServer, redis: RedisServer
) -> None:
    redis.restart()  # nothing is cached
    with instance(environment) as first, instance(environment) as second:
        until_ready(first)
        until_ready(second)
        read = first.get(ADA)
        assert (read.status_code, read.json()["email"]) == (200, "ada@example.com")
        postgres.stop()
        assert second.get(ADA).json() == read.json()  # from Redis
        redis.kill()
        assert first.get(ADA).json() == read.json()  # from its own memory
        lost = first.get(f"/users/{uuid4()}")
        assert (lost.status_code, lost.headers["retry-after"]) == (503, "1")
        postgres.start()
        database.do("UPDATE users SET display_name = 'Countess'")
        with instance(environment) as third:
            until_ready(third)
            assert third.get(ADA).json()["display_name"] == "Countess"
    redis.start()


def test_connections_to_redis_are_there_before_the_first_request(
    environment: dict[str, str], redis: RedisServer
) -> None:
    async def clients() -> int:
        mine = connect(environment)
        found = await mine.info("clients")
        await mine.aclose()
        return int(found["connected_clients"]) - 1

    redis.restart()
    with instance(environment):
        assert asyncio.run(clients()) > CONNECTIONS


def test_what_is_away_is_told_and_health_stays(
    environment: dict[str, str], postgres: PostgresServer, redis: RedisServer
) -> None:
    with instance(environment) as one:
        until_ready(one)
        assert one.get("/ready").json() == {"redis": "ok", "database": "ok"}
        redis.kill()
        ready = one.get("/ready")
        assert (ready.status_code, ready.json()["redis"]) == (200, "ConnectionError")
        postgres.stop()
        ready = one.get("/ready")
        assert ready.status_code == 503
        assert ready.json()["database"] in {"PoolTimeout", "TimeoutError"}
        assert one.get("/health").status_code == 200
        redis.start()
        postgres.start()
        until_ready(one)


def test_a_read_that_hangs_is_to_be_tried_again(
    environment: dict[str, str], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "CacheConfig", partial(CacheConfig, fetch_timeout=0.1))
    with instance(environment) as one, database.connect("postgres") as other:
        until_ready(one)
        other.autocommit = False
        other.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        assert one.get(ADA).status_code == 503


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[StringIO]:
    """Return the log of the service."""
    stream = StringIO()
    handler = logs.json_handler("grid-dev-example", stream)
    caplog.set_level(logging.INFO, "grid_reference")
    logging.getLogger("grid_reference").addHandler(handler)
    yield stream
    logging.getLogger("grid_reference").removeHandler(handler)


def line(log: StringIO, beginning: str) -> Any:
    lines = [json.loads(one) for one in log.getvalue().splitlines()]
    [found] = [one for one in lines if one["message"].startswith(beginning)]
    return found


@pytest.mark.parametrize(
    ("header", "span", "sampled"),
    [
        ({"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}, "b7ad6b7169203331", True),
        ({"X-Cloud-Trace-Context": f"{TRACE}/255;o=0"}, "00000000000000ff", False),
    ],
)
def test_a_line_has_the_trace_of_its_request(
    log: StringIO,
    monkeypatch: pytest.MonkeyPatch,
    header: dict[str, str],
    span: str,
    *,
    sampled: bool,
) -> None:
    monkeypatch.setattr(
        database, "CONNECTION_TIMEOUT", 0.1
    )  # nobody is there, however long one waits
    away = {"DATABASE_URL": "postgresql://user:password@127.0.0.1:1/none"}
    with instance(away) as one:
        assert one.get(ADA, headers=header).status_code == 503
    found = line(log, "the database is away")
    assert found["severity"] == "ERROR"
    assert found["logging.googleapis.com/trace"] == f"projects/grid-dev-example/traces/{TRACE}"
    assert found["logging.googleapis.com/spanId"] == span
    assert found["logging.googleapis.com/trace_sampled"] is sampled


def test_a_line_outside_of_requests_has_no_trace(log: StringIO) -> None:
    with instance({}):
        pass
    assert "logging.googleapis.com/trace" not in line(log, "stopped")
