"""Tests with Redis servers that are not what the cache expects: replicas, clusters, other keys."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from redis.asyncio import Redis

from grid_shared import Cache, CacheConfig, connect
from grid_shared.cache import invalidations
from tests.services.cache.conftest import Grid, Source, until
from tests.services.servers import RedisServer, redis_server


@pytest.fixture
def pair() -> Iterator[tuple[RedisServer, RedisServer]]:
    """Provide two servers, of which one can become a replica."""
    with redis_server(tls=False) as first, redis_server(tls=False) as second:
        second.password = first.password
        second.restart()
        yield first, second


@contextlib.asynccontextmanager
async def _address(servers: list[RedisServer]) -> AsyncIterator[str]:
    """Run a proxy to the first of the servers, as the address of a Memorystore instance is one:
    connections that are open stay with their server.
    """
    tasks = set()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError):
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream = await asyncio.open_connection("127.0.0.1", servers[0].port)
        for pair in ((reader, upstream[1]), (upstream[0], writer)):
            task = asyncio.create_task(copy(*pair))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"redis://:{servers[0].password}@127.0.0.1:{port}"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def test_cache_moves_to_the_new_primary_after_a_failover(
    pair: tuple[RedisServer, RedisServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invalidations, "HEARTBEAT", 0.5)

    async def test() -> None:
        config = CacheConfig(
            namespace="f", redis_timeout=5, local_ttl=0, soft_timeout=30, early=0, jitter=0
        )
        servers = list(pair)
        async with _address(servers) as url, Redis.from_url(pair[0].url) as old:
            redis = connect({"REDIS_URL": url})
            async with Cache(redis, config) as cache, Redis.from_url(pair[1].url) as new:
                await until(lambda: cache.subscribed)
                await cache.get("k", Source("old"))
                await old.replicaof("127.0.0.1", "1")
                servers.reverse()
                # A replica answers reads; with the first write the cache notices.
                assert await cache.get("k", Source("new")) == "old"
                assert await cache.get("other", Source("new")) == "new"
                for _ in range(20):  # more than there are connections
                    assert await cache.get("k", Source("new")) == "new"
                assert await new.exists("cache:f:v1:k")
                assert await cache.invalidate("k")

                async def hears_new_primary() -> bool:
                    channels = await new.pubsub_numsub("cache:f:invalidate")
                    return cache.subscribed and channels[0][1] == 1

                await until(hears_new_primary)
            await redis.aclose()

    asyncio.run(test())


def test_cluster_is_reported_once_and_values_are_fetched(
    pair: tuple[RedisServer, RedisServer], caplog: pytest.LogCaptureFixture
) -> None:
    (pair[0].folder / "cluster").mkdir()
    pair[0].options = f"cluster-enabled yes\ncluster-config-file {pair[0].folder}/cluster/nodes"
    pair[0].restart()

    async def test() -> None:
        redis = connect({"REDIS_URL": pair[0].url})
        for number in range(0, 16384, 4096):
            slots = range(number, number + 4096)
            await redis.execute_command(  # type: ignore[no-untyped-call]
                "CLUSTER", "ADDSLOTS", *slots
            )
        async with Cache(redis, CacheConfig(namespace="c", redis_timeout=5)) as cache:
            for number in range(3):
                assert await cache.get(str(number), Source("value")) == "value"
                assert not await cache.invalidate(str(number))
        await redis.aclose()

    asyncio.run(test())
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert "Redis Cluster is not supported" in errors[0].message


@pytest.mark.parametrize("name", ["versions", "invalidations", "invalidations:removed", "tag:t"])
def test_invalidation_replaces_keys_of_another_type(grid: Grid, name: str) -> None:
    async def test() -> None:
        others = {"REDIS_URL_EAST": "redis://127.0.0.1:1"}
        async with grid.process(others=others, region_timeout=0.1) as local:
            namespace = f"cache:{grid.config['namespace']}"
            for kind, value in (("hash", {"a": 1}), ("list", ["a"])):
                await local.redis.delete(f"{namespace}:{name}")
                add: Any = local.redis.hset if kind == "hash" else local.redis.rpush
                arguments = {"mapping": value} if kind == "hash" else {}
                await add(f"{namespace}:{name}", *([] if kind == "hash" else value), **arguments)
                await local.cache.get("k", Source(kind), tags=["t"])
                await local.cache.invalidate("k", tags=["t"])
                assert len(local.region.outbox) == 0
                assert await local.cache.get("k", Source("new"), tags=["t"]) == "new"
                await local.cache.invalidate("k")

    asyncio.run(test())
