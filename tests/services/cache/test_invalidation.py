"""A changed value reaches every process."""

import asyncio
from dataclasses import replace

import pytest

from grid_shared.cache.entry import Entry
from tests.services.cache.conftest import Grid, Process, Source, until


async def _gives(process: Process, source: Source, wanted: str) -> None:
    async def given() -> bool:
        return bool(await process.cache.get("k", source) == wanted)

    await until(given)


def test_every_process_forgets(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process() as one, grid.process() as other:
            for process in (one, other):
                await process.cache.get("k", source)
                await process.cache.get("other", source)
            source.value = "second"
            assert await one.cache.invalidate("k")
            assert await one.cache.get("k", source) == "second"
            await _gives(other, source, "second")
            assert await other.cache.get("other", source) == "first"
        assert source.times == 3

    asyncio.run(test())


@pytest.mark.parametrize("here", [True, False])
def test_what_was_being_fetched_is_not_kept(grid: Grid, here: bool) -> None:
    async def test() -> None:
        source = Source(takes=0.1)
        async with grid.process() as one, grid.process() as other:
            begun = asyncio.create_task(one.cache.get("k", source))
            await until(lambda: source.times == 1)
            source.value = "second"
            await (one if here else other).cache.invalidate("k")
            assert await begun == "first"  # asked before the change
            assert await other.cache.get("k", source) == "second"
            await _gives(one, source, "second")

    asyncio.run(test())


def test_what_was_missed_while_disconnected_is_forgotten(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process() as one, grid.process() as other:
            await one.cache.get("k", source)
            await one.cache.get("k", source)
            assert one.got("l1") == 1
            await other.redis.client_kill_filter(_type="pubsub")
            channel = one.cache._shared.channel
            source.value = "second"
            await other.redis.delete(f"cache:{grid.config['namespace']}:v1:k")  # and no message
            await _gives(one, source, "second")
            assert dict(await other.redis.pubsub_numsub(channel))[channel.encode()] >= 1

    asyncio.run(test())


def test_what_was_read_while_disconnected_is_not_kept(grid: Grid) -> None:
    async def test() -> None:
        source = Source(held=asyncio.Event())
        async with grid.process(wait=0) as one, grid.process() as other:
            lock = f"cache:{grid.config['namespace']}:v1:k:lock"
            await other.redis.set(lock, "dead", px=60_000)
            begun = asyncio.create_task(one.cache.get("k", source))
            await until(lambda: source.times == 1)
            await one.cache.get("remembered", Source())
            await other.redis.client_kill_filter(_type="pubsub")
            source.value = "second"
            await other.redis.delete(lock)  # and no message
            await until(lambda: one.cache._memory.get("remembered") is None)
            assert source.held
            source.held.set()
            assert await begun == "first"  # asked before the change
            assert await one.cache.get("k", source) == "second"

    asyncio.run(test())


@pytest.mark.parametrize("said", [b"junk", b"{}", b"[]"])
def test_a_message_that_says_nothing_costs_memory_and_no_later_one(grid: Grid, said: bytes) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process() as one, grid.process() as other:
            await one.cache.get("k", source)
            await other.redis.publish(one.cache._shared.channel, said)
            await until(lambda: one.count("cache.errors") == 1, within=5)
            assert await one.cache.get("k", source) == "first"
            assert one.got("l2") == 1
            source.value = "second"
            await other.cache.invalidate("k")
            await _gives(one, source, "second")

    asyncio.run(test())


def test_a_fetch_of_an_invalidated_key_ends_with_the_cache(grid: Grid) -> None:
    async def test() -> None:
        source = Source(held=asyncio.Event())
        async with grid.process() as one:
            begun = asyncio.create_task(one.cache.get("k", source))
            await until(lambda: source.times == 1)
            await one.cache.invalidate("k")
        with pytest.raises(asyncio.CancelledError):
            await begun

    asyncio.run(test())


def test_what_redis_was_not_told_is_not_refreshed_from_it(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        name = f"cache:{grid.config['namespace']}:v1:k"
        async with grid.process(early=1) as one:
            await one.cache.get("k", source)
            await one.redis.pexpire(name, 9_000_000)  # drawn longer than the next one's
            source.value = "second"
            one.cache._pending["k"] = 0  # as `invalidate` leaves it while Redis is away
            one.cache._forget("k")
            assert await one.cache.get("k", source) == "second"
            one.cache._refresh_early("k", source, replace(_kept(one), cost=1e9))
            await asyncio.gather(*one.cache._refreshes.values())
            assert await one.cache.get("k", source) == "second"

    def _kept(process: Process) -> Entry:
        kept = process.cache._memory.get("k")
        assert kept
        return kept

    asyncio.run(test())


def test_redis_is_told_when_it_is_back(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(redis_timeout=0.25) as one, grid.process() as other:
            await one.cache.get("k", source)
            await other.cache.get("k", source)
            grid.server.pause()
            source.value = "second"
            assert not await one.cache.invalidate("k")
            assert await one.cache.get("k", source) == "second"
            grid.server.resume()
            await _gives(other, source, "second")
            await until(one.cache.invalidate)  # nothing is left to tell

    asyncio.run(test())
