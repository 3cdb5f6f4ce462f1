"""Tests of who gets tokens, and for how long."""

import asyncio
from typing import Any

import pytest
from fastapi.testclient import TestClient

from grid_shared import connect
from tests.services.auth.identities import id_token
from tests.services.kit.tokens import Key
from tests.services.migrations.databases import Database
from tests.services.servers import RedisServer


def sign_in(service: TestClient, token: str | None = None) -> Any:
    return service.post("/token", json={"id_token": token or id_token()})


def refresh(service: TestClient, token: str) -> Any:
    return service.post("/refresh", json={"refresh_token": token})


@pytest.mark.parametrize(
    "token",
    [
        "junk",
        id_token("nobody@example.com"),
        id_token(email_verified=False),
        id_token(email_verified="true"),
        id_token(email=None),
        id_token(aud="other"),
        id_token(iss="https://other.example.com"),
        id_token(exp=1),
        Key("provider").token("1234", email="ada@example.com", email_verified=True),
    ],
)
def test_sign_in_without_valid_identity_is_rejected(service: TestClient, token: str) -> None:
    answer = sign_in(service, token)
    assert answer.status_code == 401
    assert 'token":' not in answer.text


def test_user_is_found_by_address_in_any_case(service: TestClient) -> None:
    answer = sign_in(service, id_token("Ada@Example.com"))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_deleted_user_cannot_sign_in_or_refresh(service: TestClient, database: Database) -> None:
    token = sign_in(service).json()["refresh_token"]
    database.execute("UPDATE users SET deleted_at = now()")
    assert sign_in(service).status_code == 401
    assert refresh(service, token).status_code == 401
    database.execute("UPDATE users SET deleted_at = NULL")
    assert refresh(service, token).status_code == 401


def test_refresh_token_is_good_for_one_use(service: TestClient) -> None:
    first = sign_in(service).json()["refresh_token"]
    second = refresh(service, first)
    assert second.status_code == 200
    third = refresh(service, second.json()["refresh_token"])
    assert third.status_code == 200
    assert refresh(service, first).status_code == 401
    # Its second use ended the session, because one of both was a thief.
    assert refresh(service, third.json()["refresh_token"]).status_code == 401


def test_sessions_of_a_user_are_independent(service: TestClient) -> None:
    first, second = (sign_in(service).json()["refresh_token"] for _ in range(2))
    assert service.post("/revoke", json={"refresh_token": first}).status_code == 204
    assert refresh(service, first).status_code == 401
    assert refresh(service, second).status_code == 200


def test_redis_has_nothing_to_refresh_with(
    service: TestClient, environment: dict[str, str]
) -> None:
    session, _, secret = sign_in(service).json()["refresh_token"].partition(".")

    async def content() -> str:
        redis = connect(environment, connections=1)
        keys = [key async for key in redis.scan_iter(b"auth:session:*")]
        values = [await redis.get(key) for key in keys]
        lifetimes = [await redis.ttl(key) for key in keys]
        await redis.aclose()
        assert keys
        assert all(0 < seconds <= 30 * 24 * 3600 for seconds in lifetimes)
        return f"{keys} {values}"

    kept = asyncio.run(content())
    assert session not in kept
    assert secret not in kept


def test_refresh_without_redis_is_unavailable_and_keys_are_published(
    service: TestClient, redis: RedisServer
) -> None:
    token = sign_in(service).json()["refresh_token"]
    redis.kill()
    answer = refresh(service, token)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert service.get("/.well-known/jwks.json").status_code == 200
