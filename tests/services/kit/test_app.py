"""The application in this process: routes, optional servers, readiness, settings."""

import asyncio

import pytest
from starlette.testclient import TestClient

from grid_shared.service.readiness import Readiness
from grid_shared.service.settings import Settings, SettingsError
from tests.services.kit.applications import application
from tests.services.kit.tokens import bearer


@pytest.mark.parametrize("path", ["/health", "/api/health"])
def test_service_serves_routes_with_and_without_its_prefix(
    environment: dict[str, str], path: str
) -> None:
    with TestClient(application(environment)) as client:
        assert client.get(path).json() == {"status": "ok"}
        assert client.get("/auth/health").status_code == 404


def test_service_needs_its_required_variables(environment: dict[str, str]) -> None:
    del environment["DATABASE_URL"]
    with pytest.raises(SettingsError, match="DATABASE_URL is not set"):
        application(environment)


def test_users_are_read_from_database_without_redis(environment: dict[str, str]) -> None:
    del environment["REDIS_URL"]
    with TestClient(application(environment)) as client:
        path = "/users/00000000-0000-4000-8000-000000000002"
        response = client.get(path, headers=bearer(path))
        assert response.json()["display_name"] == "Grace"
        assert client.get("/users/1", headers=bearer(path)).status_code == 422


def test_readiness_result_is_shared_until_max_age() -> None:
    calls = []
    now = 0.0

    async def check() -> None:
        calls.append(now)
        await asyncio.sleep(0)

    async def scenario() -> None:
        nonlocal now
        readiness = Readiness({"it": check}, clock=lambda: now)
        assert await asyncio.gather(*[readiness.check() for _ in range(20)]) == [{"it": "ok"}] * 20
        assert calls == [0.0]
        now = Readiness.MAX_AGE
        await readiness.check()
        assert calls == [0.0, Readiness.MAX_AGE]

    asyncio.run(scenario())


def test_readiness_check_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Readiness, "TIMEOUT", 0.01)

    async def hang() -> None:
        await asyncio.Event().wait()

    assert asyncio.run(Readiness({"it": hang}).check()) == {"it": "TimeoutError"}


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_settings_reject_invalid_port(port: str) -> None:
    with pytest.raises(SettingsError, match=f"an integer from 1 to 65535\n  Actual: '{port}'"):
        Settings.of({"PORT": port})


def test_settings_repr_hides_secrets() -> None:
    url = "postgresql://user:hidden-one@host/grid"
    shown = repr(Settings.of({"DATABASE_URL": url, "REDIS_URL": "rediss://:hidden-one@host"}))
    assert "hidden-one" not in shown
