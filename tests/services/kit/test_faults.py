"""Tests of a service during outages, and of its logs."""

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

from grid_api import app
from grid_migrations.upgrade import Migrator
from grid_shared import CacheConfig, connect
from grid_shared.cache.connection import CONNECTIONS
from grid_shared.service import database, logs
from grid_shared.service.readiness import Readiness
from tests.services.kit.applications import application
from tests.services.kit.tokens import bearer
from tests.services.migrations import databases
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


class Client(TestClient):
    """A client with the token of whom it asks for."""

    def get(self, url: Any, **options: Any) -> Any:
        options["headers"] = bearer(str(url)) | (options.get("headers") or {})
        return super().get(url, **options)


def instance(environment: dict[str, str]) -> Client:
    """Return an instance of the service, with a memory and connections of its own."""
    return Client(application(environment))


def until_ready(service: Client) -> None:
    while service.get("/ready").status_code == 503:
        pass


def test_user_is_read_from_memory_then_redis_then_database(
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
        database.execute("UPDATE users SET display_name = 'Countess'")
        with instance(environment) as third:
            until_ready(third)
            assert third.get(ADA).json()["display_name"] == "Countess"
    redis.start()


def test_redis_connections_are_open_before_first_request(
    environment: dict[str, str], redis: RedisServer
) -> None:
    async def clients() -> int:
        client = connect(environment)
        info = await client.info("clients")
        await client.aclose()
        return int(info["connected_clients"]) - 1

    redis.restart()
    with instance(environment):
        assert asyncio.run(clients()) > CONNECTIONS


def test_ready_reports_outages_and_health_stays_ok(
    environment: dict[str, str], postgres: PostgresServer, redis: RedisServer
) -> None:
    with instance(environment) as service:
        until_ready(service)
        assert service.get("/ready").json() == {"redis": "ok", "database": "ok"}
        redis.kill()
        ready = service.get("/ready")
        assert (ready.status_code, ready.json()["redis"]) == (200, "ConnectionError")
        postgres.stop()
        ready = service.get("/ready")
        assert ready.status_code == 503
        assert ready.json()["database"] in {"PoolTimeout", "TimeoutError"}
        assert service.get("/health").status_code == 200
        redis.start()
        postgres.start()
        until_ready(service)


def test_service_is_not_ready_before_migration(
    environment: dict[str, str], postgres: PostgresServer
) -> None:
    empty = databases.create(postgres)
    url = empty.environment["DATABASE_URL"].replace(empty.owner, empty.app)
    with instance(environment | {"DATABASE_URL": url}) as service:
        answer = service.get("/ready")
        assert (answer.status_code, answer.json()["database"]) == (503, "UndefinedTable")
        Migrator(empty.settings).upgrade()
        until_ready(service)


def test_read_returns_503_when_database_hangs(
    environment: dict[str, str], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "CacheConfig", partial(CacheConfig, fetch_timeout=0.1))
    with instance(environment) as service, database.connect("postgres") as session:
        until_ready(service)
        session.autocommit = False
        session.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        assert service.get(ADA).status_code == 503


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[StringIO]:
    """Return the log of the service."""
    stream = StringIO()
    handler = logs.json_handler("grid-dev-example", stream)
    caplog.set_level(logging.INFO, "grid_shared.service")
    logging.getLogger("grid_shared.service").addHandler(handler)
    yield stream
    logging.getLogger("grid_shared.service").removeHandler(handler)


def line(log: StringIO, beginning: str) -> Any:
    lines = [json.loads(text) for text in log.getvalue().splitlines()]
    [record] = [record for record in lines if record["message"].startswith(beginning)]
    return record


@pytest.mark.parametrize(
    ("header", "span", "sampled"),
    [
        ({"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}, "b7ad6b7169203331", True),
        ({"X-Cloud-Trace-Context": f"{TRACE}/255;o=0"}, "00000000000000ff", False),
    ],
)
def test_log_line_has_trace_of_its_request(
    log: StringIO,
    monkeypatch: pytest.MonkeyPatch,
    jwks_url: str,
    header: dict[str, str],
    span: str,
    *,
    sampled: bool,
) -> None:
    monkeypatch.setattr(
        database, "CONNECTION_TIMEOUT", 0.1
    )  # nobody is there, however long one waits
    away = {"DATABASE_URL": "postgresql://user:password@127.0.0.1:1/none", "JWKS_URL": jwks_url}
    with instance(away | {"GOOGLE_CLOUD_PROJECT": "grid-dev-example"}) as service:
        assert service.get(ADA, headers=header).status_code == 503
    record = line(log, "a backend is unavailable")
    assert record["severity"] == "ERROR"
    assert record["logging.googleapis.com/trace"] == f"projects/grid-dev-example/traces/{TRACE}"
    assert record["logging.googleapis.com/spanId"] == span
    assert record["logging.googleapis.com/trace_sampled"] is sampled


def test_log_line_outside_of_requests_has_no_trace(
    log: StringIO, environment: dict[str, str]
) -> None:
    with instance(environment):
        pass
    assert "logging.googleapis.com/trace" not in line(log, "stopped")
