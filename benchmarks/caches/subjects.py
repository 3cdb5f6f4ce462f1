"""What is measured: four caches, each used as its documentation says, for one fetch at once."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool

from grid_shared import Cache, CacheConfig, connect, connect_others

TTL = 600
"""Seconds; longer than a run."""
PATIENCE = 30
"""Seconds to wait for another process's fetch, and for Redis: a busy machine is no outage."""
THREADS = 40
"""For a cache without asyncio."""
Fetch = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A cache as a process has it."""

    get: Callable[[str, Fetch], Awaitable[Any]]
    """Read a key."""
    delete: Callable[[str], Awaitable[object]]
    """Invalidate a key, after its value has changed."""

    def __call__(self, key: str, fetch: Fetch) -> Awaitable[Any]:
        """Read a key."""
        return self.get(key, fetch)


@contextlib.asynccontextmanager
async def of_grid(ttl: float = TTL) -> AsyncIterator[Subject]:
    """grid_shared: memory, Redis and one fetch among all processes."""
    redis, others = connect(), connect_others()
    config = CacheConfig(namespace="bench", redis_timeout=PATIENCE, ttl=ttl)
    async with Cache(redis, config, others=others) as cache:
        while not cache.subscribed:
            await asyncio.sleep(0.005)
        yield Subject(cache.get, cache.invalidate)
    for client in (redis, *others.values()):
        await client.aclose()


@contextlib.asynccontextmanager
async def of_cashews(ttl: float = TTL) -> AsyncIterator[Subject]:
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
        socket_connect_timeout=PATIENCE,
        max_connections=20,
    )
    await cache.init()
    fetches: dict[str, Fetch] = {}

    @cache(ttl=ttl, key="bench:{key}", lock=True)
    async def read(key: str) -> Any:
        return await fetches[key]()

    async def get(key: str, fetch: Fetch) -> Any:
        fetches[key] = fetch
        return await read(key)

    yield Subject(get, lambda key: cache.delete(f"bench:{key}"))
    await cache.close()


@contextlib.asynccontextmanager
async def of_aiocache(ttl: float = TTL) -> AsyncIterator[Subject]:
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
        create_connection_timeout=PATIENCE,
        timeout=PATIENCE,
    )

    async def get(key: str, fetch: Fetch) -> Any:
        value = await cache.get(key)
        if value is None:
            async with RedLock(cache, key, lease=PATIENCE):
                value = await cache.get(key)
                if value is None:
                    value = await fetch()
                    await cache.set(key, value, ttl=ttl)
        return value

    yield Subject(get, cache.delete)
    await cache.close()


@contextlib.asynccontextmanager
async def of_dogpile(ttl: float = TTL) -> AsyncIterator[Subject]:
    """dogpile.cache: Redis with JSON, a lock in Redis, in threads. It has no first level in front
    of Redis.
    """
    from dogpile.cache import make_region  # noqa: PLC0415 - as cashews

    region = make_region(
        serializer=lambda value: json.dumps(value).encode(), deserializer=json.loads
    )
    region.configure(
        "dogpile.cache.redis",
        expiration_time=ttl,
        arguments={
            "url": os.environ["REDIS_URL"],
            "redis_expiration_time": 2 * TTL,
            "distributed_lock": True,
            "thread_local_lock": False,
            "lock_timeout": PATIENCE,
            "connection_kwargs": {
                "ssl_ca_data": os.environ["REDIS_CA_CERTS"],
                "ssl_check_hostname": False,
            },
        },
    )
    loop = asyncio.get_running_loop()

    async def get(key: str, fetch: Fetch) -> Any:
        def create() -> Any:
            return asyncio.run_coroutine_threadsafe(_await(fetch), loop).result()

        return await loop.run_in_executor(threads, region.get_or_create, key, create)

    async def _await(fetch: Fetch) -> Any:
        return await fetch()

    with ThreadPoolExecutor(THREADS) as threads:
        yield Subject(get, lambda key: asyncio.to_thread(region.delete, key))


SUBJECTS = {
    "grid_shared": of_grid,
    "cashews": of_cashews,
    "aiocache": of_aiocache,
    "dogpile": of_dogpile,
}
