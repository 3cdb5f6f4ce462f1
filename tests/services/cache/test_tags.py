"""Tests of invalidation by tag."""

import asyncio
from typing import Any

import pytest

from tests.services.cache.conftest import Grid, Process, Source, until


async def _read(process: Process, key: str, value: str, *tags: str) -> str:
    return str(await process.cache.get(key, Source(value), tags=tags))


async def _becomes(process: Process, key: str, value: str, *tags: str) -> None:
    async def has_value() -> bool:
        return await _read(process, key, value, *tags) == value

    await until(has_value)


def test_values_with_tag_are_invalidated_in_every_process_and_version(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local, grid.process() as remote, grid.process(version=2) as v2:
            processes = (local, remote, v2)
            for process in processes:
                await _read(process, "a", "first", "team:1", "all")
                await _read(process, "b", "first", "team:1")
                await _read(process, "c", "first", "team:2", "all")
                await _read(process, "d", "first")
            assert await local.cache.invalidate(tags=["team:1"])
            for process in processes:
                await _becomes(process, "a", "second", "team:1", "all")
                await _becomes(process, "b", "second", "team:1")
                assert await _read(process, "c", "second", "team:2", "all") == "first"
                assert await _read(process, "d", "second") == "first"
        async with grid.process() as later:
            assert await _read(later, "a", "third", "all", "team:1") == "second"

    asyncio.run(test())


def test_many_keys_with_tag_are_invalidated_together(grid: Grid) -> None:
    async def test() -> None:
        keys = [str(number) for number in range(100)]

        async def fetch(missing: list[str]) -> dict[str, Any]:
            fetches.extend(missing)
            return dict.fromkeys(missing, "value")

        fetches: list[str] = []
        async with grid.process() as local, grid.process() as remote:
            for process in (local, remote):
                await process.cache.get_many(keys, fetch, tags=["all"])
            assert sorted(fetches) == sorted(keys)
            await local.cache.invalidate(tags=["all"])
            await local.cache.get_many(keys, fetch, tags=["all"])
            assert sorted(fetches) == sorted(keys * 2)

    asyncio.run(test())


@pytest.mark.parametrize("here", [True, False])
def test_fetch_in_progress_is_not_kept_after_invalidation_of_its_tag(
    grid: Grid, here: bool
) -> None:
    async def test() -> None:
        source = Source(gate=asyncio.Event())
        async with grid.process() as local, grid.process() as remote:
            task = asyncio.create_task(local.cache.get("k", source, tags=["t"]))
            await until(lambda: source.calls == 1)
            await (local if here else remote).cache.invalidate(tags=["t"])
            assert source.gate
            source.gate.set()
            assert await task == "first"  # asked before the change
            for process in (remote, local):
                await _becomes(process, "k", "second", "t")

    asyncio.run(test())


def test_invalidation_of_tag_waits_for_redis(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(redis_timeout=0.25) as local, grid.process() as remote:
            for process in (local, remote):
                await _read(process, "k", "first", "t")
            grid.server.pause()
            assert not await local.cache.invalidate(tags=["t"])
            assert await _read(local, "k", "second", "t") == "second"
            grid.server.resume()
            await _becomes(remote, "k", "second", "t")

    asyncio.run(test())


def test_value_is_fetched_when_redis_has_lost_its_tag(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local:
            await _read(local, "k", "first", "t")
            await local.redis.delete(f"cache:{grid.config['namespace']}:tag:t")  # as by eviction
        async with grid.process() as local:
            assert await _read(local, "k", "second", "t") == "second"

    asyncio.run(test())


def test_entry_without_tags_is_as_earlier_releases_wrote_it(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local:
            await _read(local, "plain", "first")
            await _read(local, "tagged", "first", "t")
            for key, magic in (("plain", b"GRC1"), ("tagged", b"GRC2")):
                name = f"cache:{grid.config['namespace']}:v1:{key}"
                assert await local.redis.getrange(name, 0, 3) == magic

    asyncio.run(test())


def test_set_keeps_a_value_with_tags(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local, grid.process() as remote:
            await local.cache.set("k", "first", tags=["t"])
            assert await _read(remote, "k", "second", "t") == "first"
            await local.cache.invalidate(tags=["t"])
            await _becomes(remote, "k", "second", "t")

    asyncio.run(test())


@pytest.mark.parametrize("tags", ["text", [5], ["\ud800"], [None]])
def test_tag_that_is_no_text_is_rejected(grid: Grid, tags: Any) -> None:
    async def test() -> None:
        async with grid.process() as local:
            with pytest.raises((TypeError, ValueError)):
                await local.cache.get("k", Source(), tags=tags)
            with pytest.raises((TypeError, ValueError)):
                await local.cache.invalidate(tags=tags)

    asyncio.run(test())
