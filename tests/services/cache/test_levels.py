"""Tests of the cache levels and of their values."""

import asyncio
import json
from typing import Any

import pytest

from grid_shared import Cache, CacheConfig, connect
from tests.services.cache.conftest import Grid, Source


def test_get_reads_memory_then_redis_then_fetch(grid: Grid) -> None:
    async def test() -> None:
        source = Source({"name": "Ada"})
        async with grid.process() as local, grid.process() as remote:
            assert await local.cache.get("k", source) == {"name": "Ada"}
            assert await local.cache.get("k", source) == {"name": "Ada"}
            assert await remote.cache.get("k", source) == {"name": "Ada"}
            assert (local.reads("fetch"), local.reads("l1"), remote.reads("l2")) == (1, 1, 1)
        assert source.calls == 1

    asyncio.run(test())


@pytest.mark.parametrize("value", [0, "", False, None, [], {}, 0.0])
def test_falsy_value_is_a_hit_on_both_levels(grid: Grid, value: Any) -> None:
    async def test() -> None:
        source = Source(value)
        async with grid.process() as local, grid.process() as remote:
            for cache in (local.cache, local.cache, remote.cache, remote.cache):
                result = await cache.get("k", source)
                assert (type(result), result) == (type(value), value)
        assert source.calls == 1

    asyncio.run(test())


def test_get_returns_a_copy_to_each_caller(grid: Grid) -> None:
    async def test() -> None:
        source = Source({"roles": ["reader"]})
        async with grid.process() as local:
            for _ in range(3):
                result = await local.cache.get("k", source)
                assert result == {"roles": ["reader"]}
                result["roles"].append("admin")
        assert source.value == {"roles": ["reader"]}

    asyncio.run(test())


def test_first_get_returns_deserialized_value(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local:
            assert await local.cache.get("k", Source((1, 2))) == [1, 2]
            assert await local.cache.get("k", Source()) == [1, 2]

    asyncio.run(test())


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), object()])
def test_get_raises_when_value_cannot_be_serialized(grid: Grid, value: object) -> None:
    async def test() -> None:
        async with grid.process() as local:
            with pytest.raises((TypeError, ValueError)):
                await local.cache.get("k", Source(value))
            assert await local.cache.get("k", Source("good")) == "good"

    asyncio.run(test())


def test_memory_entry_expires_after_local_ttl(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(local_ttl=60) as local:
            await local.cache.get("k", source)
            local.clock.offset = 59
            await local.cache.get("k", source)
            local.clock.offset = 61
            await local.cache.get("k", source)
            assert (local.reads("l1"), local.reads("l2"), source.calls) == (1, 1, 1)

    asyncio.run(test())


def test_memory_entry_expires_with_redis_entry(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(ttl=30, local_ttl=60, stale=0) as local, grid.process() as remote:
            await remote.cache.get("k", source)  # an hour in Redis
            await local.redis.pexpire(f"cache:{grid.config['namespace']}:v1:k", 620_000)
            await local.cache.get("k", source)  # 20 s more of freshness, 600 s stale
            local.clock.offset = 21
            await local.redis.flushall()
            source.value = "second"
            assert await local.cache.get("k", source) == "second"

    asyncio.run(test())


def test_none_expires_after_negative_ttl(grid: Grid) -> None:
    async def test() -> None:
        source = Source(None)
        async with grid.process(negative_ttl=30) as local:
            await local.cache.get("k", source)
            left = await local.redis.pttl(f"cache:{grid.config['namespace']}:v1:k")
            assert 29_000 < left <= 30_000
            local.clock.offset = 31
            await local.redis.flushall()
            source.value = "there now"
            assert await local.cache.get("k", source) == "there now"

    asyncio.run(test())


def test_none_is_not_cached_when_negative_ttl_is_zero(grid: Grid) -> None:
    async def test() -> None:
        source = Source(None)
        async with grid.process(negative_ttl=0) as local:
            for _ in range(3):
                assert await local.cache.get("k", source) is None
            assert local.reads("fetch") == source.calls == 3
            assert await local.redis.keys(f"cache:{grid.config['namespace']}:v1:*") == []

    asyncio.run(test())


@pytest.mark.parametrize("change", [{"version": 2}, {"namespace": "another"}])
def test_versions_and_namespaces_have_separate_values(grid: Grid, change: dict[str, Any]) -> None:
    async def test() -> None:
        async with grid.process() as local, grid.process(**change) as remote:
            assert await local.cache.get("k", Source("one")) == "one"
            assert await remote.cache.get("k", Source("other")) == "other"

    asyncio.run(test())


def test_namespaces_are_invalidated_separately(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local, grid.process(namespace="another") as remote:
            assert await local.cache.get("k", Source("one")) == "one"
            await remote.cache.invalidate("k")
            assert await local.cache.get("k", Source("new")) == "one"

    asyncio.run(test())


@pytest.mark.parametrize("damage", [b"", b"junk", b"GRC1" + b"\0" * 20, "cut"])
def test_corrupt_entry_is_fetched_and_replaced(grid: Grid, damage: bytes | str) -> None:
    async def test() -> None:
        source = Source({"long": "value"})
        name = f"cache:{grid.config['namespace']}:v1:k"
        async with grid.process() as local, grid.process() as remote, grid.process() as third:
            await local.cache.get("k", source)
            whole = await local.redis.get(name)
            assert isinstance(whole, bytes)
            await local.redis.set(name, whole[:-1] if isinstance(damage, str) else damage, px=9999)
            assert await remote.cache.get("k", source) == {"long": "value"}
            assert remote.count("cache.errors", error_type="CorruptEntryError") > 0
            await third.cache.get("k", source)
        assert source.calls == 2

    asyncio.run(test())


class Other:
    """A serializer that writes what JSON cannot read."""

    def dumps(self, value: Any) -> bytes:
        return b"!" + json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        if not data.startswith(b"!"):
            raise ValueError
        return json.loads(data[1:])


def test_entry_of_another_serializer_is_fetched_and_replaced(grid: Grid) -> None:
    async def test() -> None:
        source = Source([1])
        async with grid.process() as local, grid.process(serializer=Other()) as remote:
            for process in (local, remote):
                assert await process.cache.get("k", source) == [1]
        assert source.calls == 2

    asyncio.run(test())


def test_memory_size_is_limited_in_bytes(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(local_bytes=10_000) as local:
            for number in range(20):
                await local.cache.get(str(number), Source("x" * 700))
            await local.cache.get("19", Source())
            await local.cache.get("0", Source())
            assert (local.reads("l1"), local.reads("l2")) == (1, 1)
            large = Source("x" * 20_000)
            for _ in range(2):
                await local.cache.get("large", large)
            assert (local.reads("l2"), large.calls) == (2, 1)

    asyncio.run(test())


def test_get_raises_outside_of_context_manager() -> None:
    async def test() -> None:
        redis = connect({"REDIS_URL": "redis://127.0.0.1:1"})
        with pytest.raises(RuntimeError, match="async with"):
            await Cache(redis, CacheConfig(namespace="x")).get("k", Source())

    asyncio.run(test())


@pytest.mark.parametrize(
    "wrong",
    [{"namespace": "a:b"}, {"ttl": 0}, {"stale": -1}, {"jitter": 1}, {"fetch_timeout": 0}],
)
def test_config_rejects_value_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CacheConfig(**({"namespace": "x"} | wrong))
