"""Which level answers, and with what."""

import asyncio
import json
from typing import Any

import pytest

from grid_shared import Cache, CacheConfig, connect
from tests.services.cache.conftest import Grid, Source


def test_each_level_in_its_turn(grid: Grid) -> None:
    async def test() -> None:
        source = Source({"name": "Ada"})
        async with grid.process() as one, grid.process() as other:
            assert await one.cache.get("k", source) == {"name": "Ada"}
            assert await one.cache.get("k", source) == {"name": "Ada"}
            assert await other.cache.get("k", source) == {"name": "Ada"}
            assert (one.got("fetch"), one.got("l1"), other.got("l2")) == (1, 1, 1)
        assert source.times == 1

    asyncio.run(test())


@pytest.mark.parametrize("value", [0, "", False, None, [], {}, 0.0])
def test_a_falsy_value_is_a_hit_on_both_levels(grid: Grid, value: Any) -> None:
    async def test() -> None:
        source = Source(value)
        async with grid.process() as one, grid.process() as other:
            for cache in (one.cache, one.cache, other.cache, other.cache):
                got = await cache.get("k", source)
                assert (type(got), got) == (type(value), value)
        assert source.times == 1

    asyncio.run(test())


def test_every_caller_has_a_copy_of_its_own(grid: Grid) -> None:
    async def test() -> None:
        source = Source({"roles": ["reader"]})
        async with grid.process() as one:
            for _ in range(3):
                got = await one.cache.get("k", source)
                assert got == {"roles": ["reader"]}
                got["roles"].append("admin")
        assert source.value == {"roles": ["reader"]}

    asyncio.run(test())


def test_the_first_caller_sees_what_the_next_will(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as one:
            assert await one.cache.get("k", Source((1, 2))) == [1, 2]
            assert await one.cache.get("k", Source()) == [1, 2]

    asyncio.run(test())


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), object()])
def test_what_cannot_be_kept_is_the_callers_error(grid: Grid, value: object) -> None:
    async def test() -> None:
        async with grid.process() as one:
            with pytest.raises((TypeError, ValueError)):
                await one.cache.get("k", Source(value))
            assert await one.cache.get("k", Source("good")) == "good"

    asyncio.run(test())


def test_memory_is_asked_for_its_ttl_and_then_redis(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(local_ttl=60) as one:
            await one.cache.get("k", source)
            one.clock.ahead = 59
            await one.cache.get("k", source)
            one.clock.ahead = 61
            await one.cache.get("k", source)
            assert (one.got("l1"), one.got("l2"), source.times) == (1, 1, 1)

    asyncio.run(test())


def test_memory_never_outlives_redis(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(ttl=30, local_ttl=60, stale=0) as one, grid.process() as other:
            await other.cache.get("k", source)  # an hour in Redis
            await one.redis.pexpire(f"cache:{grid.config['namespace']}:v1:k", 620_000)
            await one.cache.get("k", source)  # 20 s more of freshness, 600 s stale
            one.clock.ahead = 21
            await one.redis.flushall()
            source.value = "second"
            assert await one.cache.get("k", source) == "second"

    asyncio.run(test())


def test_a_missing_thing_is_remembered_for_a_shorter_time(grid: Grid) -> None:
    async def test() -> None:
        source = Source(None)
        async with grid.process(negative_ttl=30) as one:
            await one.cache.get("k", source)
            left = await one.redis.pttl(f"cache:{grid.config['namespace']}:v1:k")
            assert 29_000 < left <= 30_000
            one.clock.ahead = 31
            await one.redis.flushall()
            source.value = "there now"
            assert await one.cache.get("k", source) == "there now"

    asyncio.run(test())


def test_without_a_negative_ttl_it_is_asked_every_time(grid: Grid) -> None:
    async def test() -> None:
        source = Source(None)
        async with grid.process(negative_ttl=0) as one:
            for _ in range(3):
                assert await one.cache.get("k", source) is None
            assert one.got("fetch") == source.times == 3
            assert await one.redis.keys(f"cache:{grid.config['namespace']}:*") == []

    asyncio.run(test())


@pytest.mark.parametrize("change", [{"version": 2}, {"namespace": "another"}])
def test_versions_and_namespaces_are_apart(grid: Grid, change: dict[str, Any]) -> None:
    async def test() -> None:
        async with grid.process() as one, grid.process(**change) as other:
            assert await one.cache.get("k", Source("one")) == "one"
            assert await other.cache.get("k", Source("other")) == "other"
            await other.cache.invalidate("k")
            assert await one.cache.get("k", Source("new")) == "one"

    asyncio.run(test())


@pytest.mark.parametrize("damage", [b"", b"junk", b"GRC1" + b"\0" * 20, "cut"])
def test_a_damaged_entry_is_fetched_and_replaced(grid: Grid, damage: bytes | str) -> None:
    async def test() -> None:
        source = Source({"long": "value"})
        name = f"cache:{grid.config['namespace']}:v1:k"
        async with grid.process() as one, grid.process() as other, grid.process() as third:
            await one.cache.get("k", source)
            whole = await one.redis.get(name)
            assert isinstance(whole, bytes)
            await one.redis.set(name, whole[:-1] if isinstance(damage, str) else damage, px=9999)
            assert await other.cache.get("k", source) == {"long": "value"}
            assert other.count("cache.errors", error_type="CorruptEntryError") > 0
            await third.cache.get("k", source)
        assert source.times == 2

    asyncio.run(test())


class Other:
    """A serializer that writes what JSON cannot read."""

    def dumps(self, value: Any) -> bytes:
        return b"!" + json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        if not data.startswith(b"!"):
            raise ValueError
        return json.loads(data[1:])


def test_an_entry_of_another_serializer_is_fetched_and_replaced(grid: Grid) -> None:
    async def test() -> None:
        source = Source([1])
        async with grid.process() as one, grid.process(serializer=Other()) as other:
            for process in (one, other):
                assert await process.cache.get("k", source) == [1]
        assert source.times == 2

    asyncio.run(test())


def test_memory_is_bounded_in_bytes(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(local_bytes=10_000) as one:
            for number in range(20):
                await one.cache.get(str(number), Source("x" * 700))
            await one.cache.get("19", Source())
            await one.cache.get("0", Source())
            assert (one.got("l1"), one.got("l2")) == (1, 1)
            large = Source("x" * 20_000)
            for _ in range(2):
                await one.cache.get("large", large)
            assert (one.got("l2"), large.times) == (2, 1)

    asyncio.run(test())


def test_a_cache_that_was_not_entered_says_so() -> None:
    async def test() -> None:
        redis = connect({"REDIS_URL": "redis://127.0.0.1:1"})
        with pytest.raises(RuntimeError, match="async with"):
            await Cache(redis, CacheConfig(namespace="x")).get("k", Source())

    asyncio.run(test())


@pytest.mark.parametrize(
    "wrong",
    [{"namespace": "a:b"}, {"ttl": 0}, {"stale": -1}, {"jitter": 1}, {"fetch_timeout": 0}],
)
def test_limits_of_the_configuration(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CacheConfig(**({"namespace": "x"} | wrong))
