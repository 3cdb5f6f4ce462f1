"""Tests of invalidation across processes."""

import asyncio
import uuid
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from grid_shared.cache.entry import Entry
from grid_shared.cache.message import Message
from grid_shared.cache.request import Request
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
            channel = local.region.store.channel
            source.value = "second"
            await remote.redis.delete(f"cache:{grid.config['namespace']}:v1:k")  # and no message
            await _wait_for_value(local, source, "second")
            assert dict(await remote.redis.pubsub_numsub(channel))[channel.encode()] >= 1

    asyncio.run(test())


def test_fetch_during_disconnect_is_not_stored(grid: Grid) -> None:
    async def test() -> None:
        source = Source(gate=asyncio.Event())
        async with grid.process() as local, grid.process() as remote:
            lock = f"lock:cache:{grid.config['namespace']}:v1:k"
            task = asyncio.create_task(local.cache.get("k", source))
            await until(lambda: source.calls == 1)
            await local.cache.get("remembered", Source())
            await remote.redis.client_kill_filter(_type="pubsub")
            source.value = "second"
            await remote.redis.delete(lock)  # and no message
            await until(lambda: local.cache._parts.held.memory.get("remembered") is None)
            assert source.gate
            source.gate.set()
            assert await task == "first"  # asked before the change
            assert await local.cache.get("k", source) == "second"

    asyncio.run(test())


@pytest.mark.parametrize(
    "message",
    [
        b"junk",
        b"{}",
        b"[]",
        b"5",
        b'{"from": "x", "keys": 5}',
        b'{"from": "x", "keys": [["k"]]}',
        b'{"from": "x", "keys": [], "prefix": 5}',
        b'{"from": "x", "keys": "k"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_invalid_message_clears_memory(grid: Grid, message: bytes) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process() as local, grid.process() as remote:
            await local.cache.get("k", source)
            await remote.redis.publish(local.region.store.channel, message)
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
            parts = local.cache._parts
            waiting = Message(parts.id, ("k",))
            local.region.outbox.add([waiting])  # as `invalidate` leaves it without Redis
            parts.held.apply(waiting)
            assert await local.cache.get("k", source) == "second"
            parts.reader._refresh_early(Request("k", source), replace(_stored(local), cost=1e9))
            await asyncio.gather(*parts.held.refreshes.values())
            assert await local.cache.get("k", source) == "second"

    def _stored(process: Process) -> Entry:
        entry = process.cache._parts.held.memory.get("k")
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


@pytest.mark.parametrize("key", [uuid.uuid4(), b"k", ("k",), 5, None, "\ud800"])
def test_invalidate_rejects_key_and_keeps_listening(grid: Grid, key: Any) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process() as local, grid.process() as remote:
            await local.cache.get("k", source)
            for process in (local, remote):
                with pytest.raises((TypeError, ValueError)):
                    await process.cache.invalidate("other", key)
                with pytest.raises((TypeError, ValueError)):
                    await process.cache.get(key, source)
            source.value = "second"
            assert await remote.cache.invalidate("k")
            await _wait_for_value(local, source, "second")
            source.value = "third"
            assert await local.cache.invalidate("k")
            await _wait_for_value(remote, source, "third")

    asyncio.run(test())


def test_invalidate_of_25000_keys_reaches_every_process(grid: Grid) -> None:
    async def test() -> None:
        keys = [str(number) for number in range(25_000)]
        probes = [keys[0], keys[12_000], keys[-1]]
        async with grid.process() as local, grid.process() as remote:
            for key in probes:
                await remote.cache.get(key, Source())
            assert await local.cache.invalidate(*keys)
            for key in probes:
                await until(partial(_has, remote, key, "second"))

    asyncio.run(test())


def test_everything_is_invalidated_after_an_outage_with_too_many_keys(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grid_shared.cache.outbox.MAX_KEYS", 10)

    async def test() -> None:
        async with grid.process(redis_timeout=0.25) as local, grid.process() as remote:
            await remote.cache.get("0", Source())
            grid.server.pause()
            assert not await local.cache.invalidate(*(str(number) for number in range(11)))
            grid.server.resume()
            await until(partial(_has, remote, "0", "second"))

    asyncio.run(test())


@pytest.mark.parametrize("own", [1, 2])
def test_invalidation_reaches_every_version(grid: Grid, own: int) -> None:
    async def test() -> None:
        async with grid.process() as first, grid.process(version=2) as second:
            for process in (first, second):
                await process.cache.get("k", Source())
            assert await (first, second)[own - 1].cache.invalidate("k")
            for process in (first, second):
                await until(partial(_has, process, "k", "second"))

    asyncio.run(test())


def test_invalidation_reaches_version_without_process(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local:
            async with grid.process(version=2) as earlier:
                await earlier.cache.get("k", Source())
            assert await local.cache.invalidate("k")
            async with grid.process(version=2) as later:
                assert await later.cache.get("k", Source("second")) == "second"

    asyncio.run(test())


def test_prefix_is_invalidated_in_every_process(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local, grid.process() as remote:
            for process in (local, remote):
                for key in ("user:1", "user:2", "team:1"):
                    await process.cache.get(key, Source())
            assert await local.cache.invalidate(prefix="user:")
            for process in (local, remote):
                for key in ("user:1", "user:2"):
                    await until(partial(_has, process, key, "second"))
                assert await process.cache.get("team:1", Source("second")) == "first"

    asyncio.run(test())


async def _has(process: Process, key: str, expected: str) -> bool:
    return bool(await process.cache.get(key, Source(expected)) == expected)
