"""Tests of the Redis client."""

import asyncio
import contextlib
import gc
import ssl
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trustme
from redis.exceptions import RedisError

from grid_shared import Cache, CacheConfig, connect
from tests.services.cache.conftest import Source, until
from tests.services.servers import RedisServer

OTHER = trustme.CA().cert_pem.bytes().decode()


@pytest.mark.parametrize(
    ("environ", "wrong"),
    [
        ({}, "REDIS_URL is not set"),
        ({"REDIS_URL": "rediss://h"}, "REDIS_CA_CERTS is not set"),
        ({"REDIS_URL": "rediss://h", "REDIS_CA_CERTS": "none"}, "REDIS_CA_CERTS has no cert"),
    ],
)
def test_connect_raises_when_a_variable_is_missing_or_invalid(
    environ: dict[str, str], wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        connect(environ)


def test_connect_trusts_only_the_given_authority(
    redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorities = tmp_path / "ca.pem"
    authorities.write_text(redis.ca)
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities))

    async def test() -> None:
        right = connect({"REDIS_URL": redis.url, "REDIS_CA_CERTS": redis.ca})
        assert await right.ping()
        wrong = connect({"REDIS_URL": redis.url, "REDIS_CA_CERTS": OTHER})
        with pytest.raises(RedisError, match="CERTIFICATE_VERIFY_FAILED"):
            await wrong.ping()
        for client in (right, wrong):
            await client.aclose()

    asyncio.run(test())


def test_connection_of_a_hanging_server_is_closed_at_once(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gc.collect()  # what earlier tests left
    unclosed: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unclosed.append)

    async def test() -> None:
        client = connect({"REDIS_URL": redis.url, "REDIS_CA_CERTS": redis.ca})
        await client.ping()
        redis.pause(tls=True)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await client.ping()
        await client.aclose()

    try:
        asyncio.run(test())
    finally:
        redis.resume()
    gc.collect()
    assert not unclosed


def test_connections_share_one_tls_context(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    contexts = []
    make = ssl.create_default_context

    def count(*arguments: Any, **named: Any) -> ssl.SSLContext:
        contexts.append(make(*arguments, **named))
        return contexts[-1]

    monkeypatch.setattr(ssl, "create_default_context", count)

    async def test() -> None:
        client = connect({"REDIS_URL": redis.url, "REDIS_CA_CERTS": redis.ca})
        await asyncio.gather(*(client.ping() for _ in range(20)))
        await client.aclose()

    asyncio.run(test())
    assert len(contexts) == 1


def test_sending_creates_no_asyncio_task(redis: RedisServer) -> None:
    """Another one would not be cancelled with it in every case."""
    coroutines: list[str] = []

    def make(loop: asyncio.AbstractEventLoop, coroutine: Any, **named: Any) -> asyncio.Task[Any]:
        coroutines.append(coroutine.__qualname__)
        return asyncio.Task(coroutine, loop=loop, **named)

    async def test() -> None:
        client = connect({"REDIS_URL": redis.url, "REDIS_CA_CERTS": redis.ca})
        await client.ping()
        asyncio.get_running_loop().set_task_factory(make)
        calls = client.pipeline(transaction=False)
        calls.get("k")
        calls.pttl("k")
        await calls.execute()
        await client.eval("return 1", 0)
        asyncio.get_running_loop().set_task_factory(None)
        await client.aclose()

    asyncio.run(test())
    assert [name for name in coroutines if "send" in name] == []


def test_subscriptions_do_not_use_the_connection_pool(redis: RedisServer) -> None:
    async def test() -> None:
        client = connect({"REDIS_URL": redis.url, "REDIS_CA_CERTS": redis.ca}, connections=2)
        async with contextlib.AsyncExitStack() as stack:
            for number in range(3):
                cache = Cache(client, CacheConfig(namespace=f"several{number}", redis_timeout=5))
                await stack.enter_async_context(cache)
                assert len(client.connection_pool._available_connections) == 2
                await until(partial(getattr, cache, "subscribed"))
                assert await cache.get("k", Source()) == "first"
                assert await client.exists(f"cache:several{number}:v1:k")
        await client.aclose()

    asyncio.run(test())
