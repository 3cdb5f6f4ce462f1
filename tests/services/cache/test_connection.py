"""The client of what the platform puts into a container."""

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from redis.exceptions import RedisError

from grid_shared import Cache, CacheConfig, connect
from tests.services.cache.conftest import Source, until
from tests.services.servers import RedisServer, redis_server

OTHER = trustme.CA().cert_pem.bytes().decode()


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.mark.parametrize(
    ("environ", "wrong"),
    [
        ({}, "REDIS_URL is not set"),
        ({"REDIS_URL": "rediss://h"}, "REDIS_CA_CERTS is not set"),
        ({"REDIS_URL": "rediss://h", "REDIS_CA_CERTS": "none"}, "REDIS_CA_CERTS has no cert"),
    ],
)
def test_a_container_without_a_cache_says_so(environ: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        connect(environ)


def test_an_authority_that_the_system_trusts_is_not_enough(
    server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorities = tmp_path / "ca.pem"
    authorities.write_text(server.ca)
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities))

    async def test() -> None:
        right = connect({"REDIS_URL": server.url, "REDIS_CA_CERTS": server.ca})
        assert await right.ping()
        wrong = connect({"REDIS_URL": server.url, "REDIS_CA_CERTS": OTHER})
        with pytest.raises(RedisError, match="CERTIFICATE_VERIFY_FAILED"):
            await wrong.ping()
        for redis in (right, wrong):
            await redis.aclose()

    asyncio.run(test())


def test_connections_share_a_tls_context(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    make = ssl.create_default_context

    def count(*arguments: Any, **named: Any) -> ssl.SSLContext:
        made.append(make(*arguments, **named))
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", count)

    async def test() -> None:
        redis = connect({"REDIS_URL": server.url, "REDIS_CA_CERTS": server.ca})
        await asyncio.gather(*(redis.ping() for _ in range(20)))
        await redis.aclose()

    asyncio.run(test())
    assert len(made) == 1


def test_reads_find_connections_and_subscriptions_take_none(server: RedisServer) -> None:
    async def test() -> None:
        redis = connect({"REDIS_URL": server.url, "REDIS_CA_CERTS": server.ca}, connections=2)
        async with contextlib.AsyncExitStack() as stack:
            for number in range(3):
                cache = Cache(redis, CacheConfig(namespace=f"several{number}", redis_timeout=5))
                await stack.enter_async_context(cache)
                assert len(redis.connection_pool._available_connections) == 2
                await until(lambda cache=cache: cache.subscribed)
                assert await cache.get("k", Source()) == "first"
                assert await redis.exists(f"cache:several{number}:v1:k")
        await redis.aclose()

    asyncio.run(test())
