"""Tests of invalidation across processes."""

import asyncio
from dataclasses import replace

import pytest

from grid_shared.cache.entry import Entry
from tests.services.cache.conftest import Grid, Process, Source, until


async def _wait_for_value(process: Process, source: Source, expected: str) -> None:
    async def has_value() -> bool:
        return bool(await process.cache.get("k", source) == expected)

    await until(has_value)


def test_invalidate_removes_key_in_every_process(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process() as local, grid.process() as remote:
            for process in (local, remote):
                await process.cache.get("k", source)
                await process.cache.get("other", source)
            source.value = "second"
            assert await local.cache.invalidate("k")
            assert await local.cache.get("k", source) == "second"
            await _wait_for_value(remote, source, "second")
            assert await remote.cache.get("other", source) == "first"
        assert source.calls == 3

    asyncio.run(test())


@pytest.mark.parametrize("here", [True, False])
def test_fetch_in_progress_is_not_stored_after_invalidation(grid: Grid, here: bool) -> None:
    async def test() -> None:
        source = Source(delay=0.1)
        async with grid.process() as local, grid.process() as remote:
            task = asyncio.create_task(local.cache.get("k", source))
            await until(lambda: source.calls == 1)
            source.value = "second"
            await (local if here else remote).cache.invalidate("k")
            assert await task == "first"  # asked before the change
            assert await remote.cache.get("k", source) == "second"
            await _wait_for_value(local, source, "second")

    asyncio.run(test())


def test_memory_is_cleared_after_reconnect(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process() as local, grid.process() as remote:
            await local.cache.get("k", source)
            await local.cache.get("k", source)
            assert local.reads("l1") == 1
            await remote.redis.client_kill_filter(_type="pubsub")
            channel = local.cache._shared.channel
            source.value = "second"
            await remote.redis.delete(f"cache:{grid.config['namespace']}:v1:k")  # and no message
            await _wait_for_value(local, source, "second")
            assert dict(await remote.redis.pubsub_numsub(channel))[channel.encode()] >= 1

    asyncio.run(test())


def test_fetch_during_disconnect_is_not_stored(grid: Grid) -> None:
    async def test() -> None:
        source = Source(gate=asyncio.Event())
        async with grid.process(wait=0) as local, grid.process() as remote:
            lock = f"cache:{grid.config['namespace']}:v1:k:lock"
            await remote.redis.set(lock, "dead", px=60_000)
            task = asyncio.create_task(local.cache.get("k", source))
            await until(lambda: source.calls == 1)
            await local.cache.get("remembered", Source())
            await remote.redis.client_kill_filter(_type="pubsub")
            source.value = "second"
            await remote.redis.delete(lock)  # and no message
            await until(lambda: local.cache._memory.get("remembered") is None)
            assert source.gate
            source.gate.set()
            assert await task == "first"  # asked before the change
            assert await local.cache.get("k", source) == "second"

    asyncio.run(test())


@pytest.mark.parametrize("message", [b"junk", b"{}", b"[]"])
def test_invalid_message_clears_memory(grid: Grid, message: bytes) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process() as local, grid.process() as remote:
            await local.cache.get("k", source)
            await remote.redis.publish(local.cache._shared.channel, message)
            await until(lambda: local.count("cache.errors") == 1, within=5)
            assert await local.cache.get("k", source) == "first"
            assert local.reads("l2") == 1
            source.value = "second"
            await remote.cache.invalidate("k")
            await _wait_for_value(local, source, "second")

    asyncio.run(test())


def test_fetch_of_invalidated_key_is_cancelled_on_close(grid: Grid) -> None:
    async def test() -> None:
        source = Source(gate=asyncio.Event())
        async with grid.process() as local:
            task = asyncio.create_task(local.cache.get("k", source))
            await until(lambda: source.calls == 1)
            await local.cache.invalidate("k")
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(test())


def test_pending_invalidation_prevents_refresh_from_redis(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        name = f"cache:{grid.config['namespace']}:v1:k"
        async with grid.process(early=1) as local:
            await local.cache.get("k", source)
            await local.redis.pexpire(name, 9_000_000)  # drawn longer than the next one's
            source.value = "second"
            local.cache._pending["k"] = 0  # as `invalidate` leaves it while Redis is away
            local.cache._forget("k")
            assert await local.cache.get("k", source) == "second"
            local.cache._refresh_early("k", source, replace(_stored(local), cost=1e9))
            await asyncio.gather(*local.cache._refreshes.values())
            assert await local.cache.get("k", source) == "second"

    def _stored(process: Process) -> Entry:
        entry = process.cache._memory.get("k")
        assert entry
        return entry

    asyncio.run(test())


def test_pending_invalidation_is_sent_when_redis_recovers(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(redis_timeout=0.25) as local, grid.process() as remote:
            await local.cache.get("k", source)
            await remote.cache.get("k", source)
            grid.server.pause()
            source.value = "second"
            assert not await local.cache.invalidate("k")
            assert await local.cache.get("k", source) == "second"
            grid.server.resume()
            await _wait_for_value(remote, source, "second")
            await until(local.cache.invalidate)  # nothing is left to tell

    asyncio.run(test())
