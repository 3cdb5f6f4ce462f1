"""The application in this process: routes, optional servers, readiness, settings."""

import asyncio

import pytest
from starlette.testclient import TestClient

from grid_reference import app
from grid_reference.readiness import Readiness
from grid_reference.settings import Settings, SettingsError


@pytest.mark.parametrize("path", ["/health", "/ai/health"])
def test_a_service_serves_its_prefix(path: str) -> None:
    with TestClient(app.create(Settings(service="ai"))) as client:
        assert client.get(path).json() == {"status": "ok"}
        assert client.get("/auth/health").status_code == 404


def test_a_service_without_database_and_cache_is_ready() -> None:
    with TestClient(app.create(Settings(service="ai"))) as client:
        assert (client.get("/ready").status_code, client.get("/ready").json()) == (200, {})
        assert client.get("/users/00000000-0000-4000-8000-000000000001").status_code == 404


def test_without_redis_users_come_from_the_database(environment: dict[str, str]) -> None:
    del environment["REDIS_URL"]
    with TestClient(app.create(Settings.of(environment))) as client:
        found = client.get("/users/00000000-0000-4000-8000-000000000002")
        assert found.json()["display_name"] == "Grace"
        assert client.get("/users/1").status_code == 404


def test_readiness_is_asked_once_for_all_who_ask() -> None:
    asked = []
    now = 0.0

    async def check() -> None:
        asked.append(now)
        await asyncio.sleep(0)

    async def scenario() -> None:
        nonlocal now
        readiness = Readiness({"it": check}, clock=lambda: now)
        assert await asyncio.gather(*[readiness.check() for _ in range(20)]) == [{"it": "ok"}] * 20
        assert asked == [0.0]
        now = Readiness.MAX_AGE
        await readiness.check()
        assert asked == [0.0, Readiness.MAX_AGE]

    asyncio.run(scenario())


def test_a_check_that_hangs_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Readiness, "TIMEOUT", 0.01)

    async def hang() -> None:
        await asyncio.Event().wait()

    assert asyncio.run(Readiness({"it": hang}).check()) == {"it": "TimeoutError"}


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_an_unusable_port_is_refused(port: str) -> None:
    with pytest.raises(SettingsError, match=f"PORT: got '{port}', wanted a number from 1"):
        Settings.of({"PORT": port})


def test_settings_show_no_secret() -> None:
    url = "postgresql://user:hidden-one@host/grid"
    shown = repr(Settings.of({"DATABASE_URL": url, "REDIS_URL": "rediss://:hidden-one@host"}))
    assert "hidden-one" not in shown
