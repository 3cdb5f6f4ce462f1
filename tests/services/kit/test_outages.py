"""Tests of services under concurrent requests while a backend fails: what callers see, counted."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest

from tests.services.kit.instances import Instance, instance
from tests.services.kit.tokens import bearer
from tests.services.servers import PostgresServer, RedisServer

ADA = "/users/00000000-0000-4000-8000-000000000001"
REQUESTS = 20


@pytest.fixture
def service(environment: dict[str, str]) -> Iterator[Instance]:
    with instance(environment) as started:
        assert started.get(ADA, **bearer(ADA)).status_code == 200  # it is in memory from now on
        yield started


def statuses(service: Instance, paths: list[str]) -> Counter[int]:
    """Send all requests at once, and count the statuses."""

    async def run() -> Counter[int]:
        async with httpx2.AsyncClient(base_url=service.url, timeout=120) as client:
            requests = (client.get(path, headers=bearer(path)) for path in paths)
            return Counter(answer.status_code for answer in await asyncio.gather(*requests))

    return asyncio.run(run())


def unknown() -> list[str]:
    """Return users that are in no cache: each read asks Redis and PostgreSQL."""
    return [f"/users/{uuid4()}" for _ in range(REQUESTS)]


def test_redis_that_is_killed_costs_no_answer(service: Instance, redis: RedisServer) -> None:
    assert statuses(service, unknown()) == {404: REQUESTS}
    redis.kill()
    assert statuses(service, [ADA] * REQUESTS) == {200: REQUESTS}
    assert statuses(service, unknown()) == {404: REQUESTS}
    redis.start()
    assert statuses(service, unknown()) == {404: REQUESTS}


def test_redis_that_hangs_costs_no_answer(service: Instance, redis: RedisServer) -> None:
    redis.pause()
    assert statuses(service, [ADA] * REQUESTS) == {200: REQUESTS}
    assert statuses(service, unknown()) == {404: REQUESTS}


def test_crash_of_postgresql_costs_only_what_no_cache_has(
    service: Instance, postgres: PostgresServer
) -> None:
    postgres.kill()
    assert statuses(service, [ADA] * REQUESTS) == {200: REQUESTS}
    assert statuses(service, unknown()) == {503: REQUESTS}
    assert service.get("/health").status_code == 200
    postgres.start()
    while service.get("/ready").status_code == 503:
        pass
    assert statuses(service, unknown()) == {404: REQUESTS}
