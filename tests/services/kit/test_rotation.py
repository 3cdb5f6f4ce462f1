"""Tests of rotations of mounted secrets: the same process goes on, with real servers."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from grid_api import app
from grid_shared import CacheConfig, connect
from grid_shared.service import database as pools
from grid_shared.service.readiness import Readiness
from grid_shared.service.settings import Settings
from tests.services.kit.applications import application
from tests.services.kit.tokens import bearer
from tests.services.migrations.databases import PASSWORD, Database
from tests.services.servers import RedisServer

NEW = "Another-one_2"
MOUNTED = ("DATABASE_URL", "REDIS_URL")
OK = {"redis": "ok", "database": "ok"}


@pytest.fixture(autouse=True)
def _timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Readiness, "MAX_AGE", 0.0)
    monkeypatch.setattr(Readiness, "TIMEOUT", 30.0)
    monkeypatch.setattr(pools, "CONNECTION_TIMEOUT", 30.0)
    # A slow machine is no slow Redis.
    monkeypatch.setattr(app, "CacheConfig", partial(CacheConfig, redis_timeout=30))


@pytest.fixture
def mount(environment: dict[str, str], tmp_path: Path) -> Path:
    """Return the folder with the secrets as files, and take their variables away."""
    for name in MOUNTED:
        write(tmp_path, name, environment.pop(name))
    return tmp_path


@pytest.fixture
def service(environment: dict[str, str], mount: Path) -> Iterator[TestClient]:
    with TestClient(application(environment, mount)) as client:
        while client.get("/ready").json() != OK:
            pass
        yield client


def write(mount: Path, name: str, value: str) -> None:
    (mount / name).mkdir(exist_ok=True)
    (mount / name / "value").write_text(value)


def replace(mount: Path, name: str, old: str, new: str) -> None:
    write(mount, name, (mount / name / "value").read_text().replace(old, new))


def read(service: TestClient) -> int:
    """Return the status of a user that is in no cache and does not exist."""
    path = f"/users/{uuid4()}"
    return service.get(path, headers=bearer(path)).status_code


def disconnect(database: Database) -> None:
    statement = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{}'"
    assert all(database.query(statement.format(database.app)))


def test_requests_succeed_after_password_of_database_is_rotated(
    service: TestClient, mount: Path, database: Database
) -> None:
    assert read(service) == 404
    database.execute(f"ALTER ROLE {database.app} PASSWORD '{NEW}'")
    replace(mount, "DATABASE_URL", PASSWORD, NEW)
    assert read(service) == 404  # over an open connection
    disconnect(database)
    assert [read(service) for _ in range(5)] == [404] * 5


def test_requests_succeed_again_when_file_follows_the_database(
    service: TestClient, mount: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Readiness, "TIMEOUT", 0.5)
    database.execute(f"ALTER ROLE {database.app} PASSWORD '{NEW}'")
    disconnect(database)
    assert service.get("/ready").status_code == 503
    replace(mount, "DATABASE_URL", PASSWORD, NEW)
    while service.get("/ready").status_code == 503:
        pass
    assert read(service) == 404


def rotate(redis: RedisServer) -> tuple[str, str]:
    """Give Redis another password and end all connections; return the old password and the new."""
    old, new = redis.password, token_urlsafe()

    async def scenario() -> None:
        admin = connect({"REDIS_URL": redis.url, "REDIS_CA_CERTS": redis.ca}, connections=1)
        await admin.config_set("requirepass", new)
        for kind in ("normal", "pubsub"):
            await admin.client_kill_filter(skipme=True, _type=kind)
        await admin.aclose()

    asyncio.run(scenario())
    redis.password = new
    return old, new


def test_cache_is_used_after_password_of_redis_is_rotated(
    service: TestClient, mount: Path, redis: RedisServer
) -> None:
    replace(mount, "REDIS_URL", *rotate(redis))
    assert service.get("/ready").json() == OK
    assert read(service) == 404


def test_requests_succeed_while_password_of_redis_cannot_be_read(
    service: TestClient, mount: Path, redis: RedisServer
) -> None:
    file = mount / "REDIS_URL" / "value"
    url = file.read_text().replace(*rotate(redis))
    file.unlink()
    file.mkdir()  # it exists and cannot be read
    assert service.get("/ready").json()["redis"] == "RedisError"
    assert read(service) == 404
    file.rmdir()
    file.write_text(url)
    assert service.get("/ready").json() == OK


def test_mounted_secret_does_not_replace_a_variable(
    environment: dict[str, str], mount: Path
) -> None:
    settings = Settings.of(environment | {"REDIS_URL": "redis://other:6379"}, mount=mount)
    assert settings.redis
    assert settings.redis["REDIS_URL"] == "redis://other:6379"
    assert settings.database_url == (mount / "DATABASE_URL" / "value").read_text()
