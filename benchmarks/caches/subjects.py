"""What is measured: three caches, each used as its documentation says, for one fetch at once."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool

from grid_shared import Cache, CacheConfig, connect

TTL = 600
"""Seconds; longer than a run."""
PATIENCE = 30
"""Seconds to wait for another process's fetch, and for Redis: a busy machine is no outage."""
Fetch = Callable[[], Awaitable[Any]]
Get = Callable[[str, Fetch], Awaitable[Any]]


@contextlib.asynccontextmanager
async def of_grid() -> AsyncIterator[Get]:
    """grid_shared: memory, Redis and one fetch among all processes."""
    redis = connect()
    config = CacheConfig(namespace="bench", redis_timeout=PATIENCE)
    async with Cache(redis, config) as cache:
        while not cache.subscribed:
            await asyncio.sleep(0.005)
        yield cache.get
    await redis.aclose()


@contextlib.asynccontextmanager
async def of_cashews() -> AsyncIterator[Get]:
    """cashews: client-side caching, JSON, `lock=True`."""
    import cashews  # noqa: PLC0415 - a second, which processes of other subjects do not need

    cache = cashews.Cache()
    cache.setup(
        os.environ["REDIS_URL"],
        client_side=True,
        pickle_type="json",
        ssl_ca_data=os.environ["REDIS_CA_CERTS"],
        ssl_check_hostname=False,
        socket_timeout=PATIENCE,
        max_connections=20,
    )
    await cache.init()
    fetches: dict[str, Fetch] = {}

    @cache(ttl=TTL, key="bench:{key}", lock=True)
    async def read(key: str) -> Any:
        return await fetches[key]()

    async def get(key: str, fetch: Fetch) -> Any:
        fetches[key] = fetch
        return await read(key)

    yield get
    await cache.close()


@contextlib.asynccontextmanager
async def of_aiocache() -> AsyncIterator[Get]:
    """aiocache: Redis with JSON, and its RedLock. It has no first level in front of Redis."""
    import aiocache  # noqa: PLC0415 - as cashews
    from aiocache.lock import RedLock  # noqa: PLC0415
    from aiocache.serializers import JsonSerializer  # noqa: PLC0415

    parts = urlsplit(os.environ["REDIS_URL"])
    cache = aiocache.RedisCache(
        endpoint=parts.hostname,
        port=parts.port,
        password=parts.password,
        serializer=JsonSerializer(),
        ssl=True,
        pool_max_size=20,
        connection_pool_class=BlockingConnectionPool,  # else a call each opens a connection
        connection_pool_kwargs={
            "ssl_ca_data": os.environ["REDIS_CA_CERTS"],
            "ssl_check_hostname": False,
        },
        timeout=PATIENCE,
    )

    async def get(key: str, fetch: Fetch) -> Any:
        value = await cache.get(key)
        if value is None:
            async with RedLock(cache, key, lease=PATIENCE):
                value = await cache.get(key)
                if value is None:
                    value = await fetch()
                    await cache.set(key, value, ttl=TTL)
        return value

    yield get
    await cache.close()


SUBJECTS = {"grid_shared": of_grid, "cashews": of_cashews, "aiocache": of_aiocache}
