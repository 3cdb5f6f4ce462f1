"""Tests of invalidation across regions: two Redis servers, and what one of them misses."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from grid_shared import connect_others
from grid_shared.cache import invalidation_store
from grid_shared.cache.message import Message
from tests.services.cache.conftest import NAMESPACES, Grid, Process, Source, until
from tests.services.servers import RedisServer, redis_server

CATCH_UP = 0.2
"""Seconds between reads of the other region's messages."""


@pytest.fixture(scope="module")
def east_server() -> Iterator[RedisServer]:
    with redis_server(tls=False) as server:
        yield server


@pytest.fixture
def regions(redis: RedisServer, east_server: RedisServer) -> Iterator[tuple[Grid, Grid]]:
    """Provide a namespace in two regions."""
    config = {"namespace": next(NAMESPACES), "catch_up": CATCH_UP}
    others = {"REDIS_URL_US_EAST1": east_server.url}
    west = Grid(redis, config | {"others": others})
    others = {"REDIS_URL_US_WEST1": redis.url, "REDIS_CA_CERTS_US_WEST1": redis.ca}
    yield west, Grid(east_server, config | {"others": others})
    east_server.recover()


@contextlib.asynccontextmanager
async def _both(regions: tuple[Grid, Grid], **changes: Any) -> AsyncIterator[tuple[Process, ...]]:
    async with regions[0].process(**changes) as west, regions[1].process(**changes) as east:
        yield west, east


async def _becomes(process: Process, key: str, expected: str) -> None:
    async def has_value() -> bool:
        return bool(await process.cache.get(key, Source(expected)) == expected)

    await until(has_value)


async def _caught_up(process: Process, region: str) -> None:
    """Wait until a process has read the other region's messages once more."""
    name = f"{process.region.store._log}:{region}"
    await process.redis.delete(name, f"lock:{name}")

    async def has_position() -> bool:
        return bool(await process.redis.exists(name))

    await until(has_position)


@pytest.mark.parametrize("what", [{"keys": ("a:é\0", "a:😀")}, {"prefix": "a:"}])
def test_invalidation_reaches_memory_and_redis_of_other_region(
    regions: tuple[Grid, Grid], what: dict[str, Any]
) -> None:
    async def test() -> None:
        # Nothing but what is sent: the messages of other regions are read once an hour.
        async with _both(regions, catch_up=3600) as (west, east), regions[1].process() as second:
            for process in (west, east, second):
                for key in ("a:é\0", "a:😀", "other"):
                    await process.cache.get(key, Source())
            assert await west.cache.invalidate(*what.get("keys", ()), prefix=what.get("prefix"))
            for process in (west, east, second):
                for key in ("a:é\0", "a:😀"):
                    await _becomes(process, key, "second")
                assert await process.cache.get("other", Source("second")) == "first"

    asyncio.run(test())


def test_invalidation_reaches_fetch_in_progress_in_other_region(
    regions: tuple[Grid, Grid],
) -> None:
    async def test() -> None:
        source = Source(gate=asyncio.Event())
        async with _both(regions) as (west, east):
            reading = asyncio.create_task(east.cache.get("k", source))
            await until(lambda: source.calls == 1)
            assert await west.cache.invalidate("k")
            assert source.gate
            source.gate.set()
            assert await reading == "first"  # asked before the change
            await _becomes(east, "k", "second")

    asyncio.run(test())


@pytest.mark.parametrize("what", [{"keys": ("k",)}, {"prefix": "k"}])
def test_other_region_reads_invalidation_that_was_never_sent_to_it(
    regions: tuple[Grid, Grid], what: dict[str, Any]
) -> None:
    async def test() -> None:
        async with _both(regions) as (west, east):
            await east.cache.get("k", Source())
            # As when the process ends after its own region's Redis was told.
            messages = list(Message.of("ended", what.get("keys", ()), what.get("prefix")))
            await west.region.store.apply(messages)
            await _becomes(east, "k", "second")

    asyncio.run(test())


def test_invalidation_is_applied_once_in_each_region(regions: tuple[Grid, Grid]) -> None:
    async def test() -> None:
        async with _both(regions) as (west, east):
            assert await west.cache.invalidate("k")
            assert await west.cache.invalidate(prefix="p")
            for process in (west, east):
                for key in ("k", "p"):
                    await process.cache.get(key, Source("second"))
            await _caught_up(east, "us-west1")
            await _caught_up(west, "us-east1")
            for process in (west, east):
                for key in ("k", "p"):
                    assert await process.cache.get(key, Source("third")) == "second"

    asyncio.run(test())


@pytest.mark.parametrize("dead", [0, 1])
def test_invalidation_reaches_live_region_and_later_the_dead_one(
    regions: tuple[Grid, Grid], dead: int
) -> None:
    async def test() -> None:
        short = {"redis_timeout": 0.25, "region_timeout": 0.25}
        async with _both(regions, **short) as processes:
            west = processes[0]
            for process in processes:
                await process.cache.get("k", Source())
            regions[dead].server.pause()
            assert not await west.cache.invalidate("k")
            await _becomes(processes[1 - dead], "k", "second")
            regions[dead].server.resume()
            await _becomes(processes[dead], "k", "second")
            await until(west.cache.invalidate)  # nothing is left to tell

    asyncio.run(test())


def test_invalidation_while_the_other_redis_is_dead_outlives_its_process(
    regions: tuple[Grid, Grid],
) -> None:
    async def test() -> None:
        async with regions[1].process() as east:
            await east.cache.get("k", Source())
            regions[1].server.pause()
            async with regions[0].process(region_timeout=0.25) as west:
                assert not await west.cache.invalidate("k")
            regions[1].server.resume()
        async with regions[0].process(), regions[1].process() as east:
            await _becomes(east, "k", "second")

    asyncio.run(test())


def test_region_drops_everything_when_messages_were_removed(
    regions: tuple[Grid, Grid], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invalidation_store, "KEPT", 3)

    async def test() -> None:
        async with regions[1].process() as east:
            await _caught_up(east, "us-west1")
            await east.cache.get("k", Source())
        async with regions[0].process() as west:
            store = west.region.store
            for key in ("k", *"abc"):
                await store.apply([Message("ended", (key,))])
            assert await west.redis.zcard(store._log) == 3
        async with regions[1].process() as east:
            await _becomes(east, "k", "second")
            assert await east.cache.get("k", Source("third")) == "second"

    asyncio.run(test())


@pytest.mark.parametrize("message", [b"junk", b'{"from": "x", "keys": 5}', b"[" * 100_000])
def test_region_drops_everything_after_a_message_that_makes_no_sense(
    regions: tuple[Grid, Grid], message: bytes
) -> None:
    async def test() -> None:
        async with _both(regions) as (west, east):
            await east.cache.get("k", Source())
            log = west.region.store._log
            await west.redis.zadd(log, {message: 2**52})
            await _becomes(east, "k", "second")
            await west.redis.zrem(log, message)

    asyncio.run(test())


def test_one_process_of_a_region_reads_the_messages_of_another(
    regions: tuple[Grid, Grid],
) -> None:
    async def test() -> None:
        store = "cache:{}:invalidations".format(regions[0].config["namespace"])
        async with regions[1].process(catch_up=3600), regions[1].process(catch_up=3600) as east:
            lock = f"lock:{store}:us-west1"
            assert await east.redis.pttl(lock) > 0
            assert await east.region.store.claim("us-west1", 3600) is None

    asyncio.run(test())


def test_single_region_keeps_no_messages(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local:
            assert await local.cache.invalidate("k")
            assert not await local.redis.keys(f"cache:{grid.config['namespace']}:invalidations*")

    asyncio.run(test())


def test_connect_others_needs_the_authority_of_each_region() -> None:
    with pytest.raises(ValueError, match="REDIS_CA_CERTS_US_EAST1 is not set"):
        connect_others({"REDIS_URL_US_EAST1": "rediss://:x@127.0.0.1:1"})
