"""Tests of concurrent misses and early refresh."""

import asyncio
import contextlib
from functools import partial
from typing import Any

import pytest

from grid_shared import Cache
from tests.services.cache.conftest import Grid, Source, until


def test_1000_calls_in_one_process_share_a_fetch(grid: Grid) -> None:
    async def test() -> None:
        source = Source(delay=0.05)
        async with grid.process() as local:
            results = await asyncio.gather(*(local.cache.get("k", source) for _ in range(1000)))
            assert set(results) == {"first"}
            assert (local.reads("fetch"), local.reads("shared")) == (1, 999)
            assert local.count("cache.stampede.avoided") == 999
        assert source.calls == 1

    asyncio.run(test())


def test_processes_share_a_fetch(grid: Grid) -> None:
    async def test() -> None:
        source = Source(delay=0.1)
        async with grid.process() as a, grid.process() as b, grid.process() as c:
            calls = [p.cache.get("k", source) for p in (a, b, c) for _ in range(10)]
            assert await asyncio.gather(*calls) == ["first"] * 30
        assert source.calls == 1

    asyncio.run(test())


def test_waiting_process_fetches_when_lock_holder_is_killed(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(fetch_timeout=0.1, lease=0.1) as local:
            await local.redis.set(f"lock:cache:{grid.config['namespace']}:v1:k", "dead", px=60_000)
            assert await local.cache.get("k", source) == "first"
            # The lock may be a living process's: what was fetched beside it stays in memory.
            assert await local.redis.get(f"cache:{grid.config['namespace']}:v1:k") is None
            assert await local.cache.get("k", source) == "first"
        assert source.calls == 1

    asyncio.run(test())


def test_lock_lasts_as_long_as_its_holder(grid: Grid) -> None:
    async def test() -> None:
        source = Source(delay=4)
        async with grid.process(lease=2) as local, grid.process(lease=2) as remote:
            first = asyncio.create_task(local.cache.get("k", source))
            await until(lambda: source.calls == 1)
            name = f"lock:cache:{grid.config['namespace']}:v1:k"
            assert 0 < await local.redis.pttl(name) <= 2000
            assert await remote.cache.get("k", source) == "first"
            assert await first == "first"
            assert not await local.redis.exists(name)
        assert source.calls == 1

    asyncio.run(test())


def test_one_of_many_fetches_when_lock_holder_is_killed(grid: Grid) -> None:
    async def test() -> None:
        source = Source(delay=0.3)
        async with contextlib.AsyncExitStack() as stack:
            processes = [await stack.enter_async_context(grid.process()) for _ in range(5)]
            name = f"lock:cache:{grid.config['namespace']}:v1:k"
            await processes[0].redis.set(name, "dead", px=500)
            calls = [process.cache.get("k", source) for process in processes]
            assert await asyncio.gather(*calls) == ["first"] * 5
        assert source.calls == 1

    asyncio.run(test())


def test_key_is_not_the_lock_of_another_key(grid: Grid) -> None:
    async def test() -> None:
        names = ["x", "x:lock", "lock:x", f"lock:cache:{grid.config['namespace']}:v1:x"]
        async with grid.process() as local, grid.process() as remote:
            for name in names:
                assert await local.cache.get(name, Source(name)) == name
            for name in reversed(names):
                assert await remote.cache.get(name, Source("other")) == name
            await local.cache.invalidate("x")
            assert await remote.cache.get("x:lock", Source("other")) == "x:lock"

    asyncio.run(test())


def test_fetch_of_cancelled_call_fails_no_other_call(grid: Grid) -> None:
    async def test() -> None:
        closed = asyncio.Event()

        async def bound_to_its_call() -> str:
            await closed.wait()
            raise ConnectionError("the connection of the first call is closed")

        source = Source("from another call")
        async with grid.process() as local:
            first = asyncio.create_task(local.cache.get("k", bound_to_its_call))
            await asyncio.sleep(0)
            others = [asyncio.create_task(local.cache.get("k", source)) for _ in range(20)]
            await asyncio.sleep(0)
            first.cancel()
            await asyncio.wait({first})
            closed.set()
            assert await asyncio.gather(*others) == ["from another call"] * 20
        assert source.calls == 1

    asyncio.run(test())


def test_older_value_is_returned_while_a_new_one_is_fetched(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with (
            grid.process(ttl=10, stale=100, soft_timeout=0) as local,
            grid.process(ttl=10, stale=100, soft_timeout=0.01) as remote,
        ):
            await local.cache.get("k", source)
            local.clock.offset = remote.clock.offset = 11
            name = f"cache:{grid.config['namespace']}:v1:k"
            await local.redis.pexpire(name, 99_000)  # as Redis would have it by then
            source.gate, source.value = asyncio.Event(), "second"
            results = await asyncio.gather(*(local.cache.get("k", source) for _ in range(40)))
            assert results == ["first"] * 40
            await until(lambda: source.calls == 2)
            assert await remote.cache.get("k", source) == "first"
            source.gate.set()
            for process in (local, remote):
                await until(partial(_has_second, process.cache, source))
        assert source.calls == 2

    async def _has_second(cache: Cache[Any], source: Source) -> bool:
        return bool(await cache.get("k", source) == "second")

    asyncio.run(test())


def test_failed_fetch_raises_in_every_waiting_call(grid: Grid) -> None:
    async def test() -> None:
        source = Source(delay=0.05, error=LookupError("the database"))
        async with grid.process() as local:
            results = await asyncio.gather(
                *(local.cache.get("k", source) for _ in range(10)), return_exceptions=True
            )
            assert [str(error) for error in results] == ["the database"] * 10
            assert source.calls == 1
            source.error = None
            assert await local.cache.get("k", source) == "first"
            assert local.reads("fetch") == 1  # at once: the lock was given back

    asyncio.run(test())


def test_other_process_fetches_when_fetch_fails(grid: Grid) -> None:
    async def test() -> None:
        fails, works = Source(delay=0.1, error=LookupError()), Source()
        async with grid.process() as local, grid.process() as remote:
            first = asyncio.create_task(local.cache.get("k", fails))
            await until(lambda: fails.calls == 1)
            assert await remote.cache.get("k", works) == "first"
            with pytest.raises(LookupError):
                await first

    asyncio.run(test())


def test_cancelled_call_does_not_cancel_shared_fetch(grid: Grid) -> None:
    async def test() -> None:
        source = Source(delay=0.1)
        async with grid.process() as local:
            first = asyncio.create_task(local.cache.get("k", source))
            await until(lambda: source.calls == 1)
            second = asyncio.create_task(local.cache.get("k", source))
            await asyncio.sleep(0)
            first.cancel()
            assert await second == "first"
        assert source.calls == 1

    asyncio.run(test())


def test_get_raises_when_fetch_times_out(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(fetch_timeout=0.05) as local:
            with pytest.raises(TimeoutError):
                await local.cache.get("k", Source(delay=5))

    asyncio.run(test())


def test_early_refresh_runs_once_in_the_background(grid: Grid) -> None:
    async def test() -> None:
        source = Source(delay=0.05)
        async with grid.process(early=1e6, ttl=3600) as local:  # surely earlier than its end
            assert await local.cache.get("k", source) == "first"
            await until(lambda: local.count("cache.refresh") > 0)
            source.value, source.gate, before = "second", asyncio.Event(), source.calls

            async def task() -> bool:
                assert await local.cache.get("k", source) == "first"
                return source.calls > before

            await until(task)
            assert [await local.cache.get("k", source) for _ in range(20)] == ["first"] * 20
            assert source.calls == before + 1
            source.gate.set()
            await until(lambda: local.count("cache.refresh") > 1)
            assert await local.cache.get("k", source) == "second"

    asyncio.run(test())


def test_failed_early_refresh_is_hidden_from_callers(grid: Grid) -> None:
    async def test() -> None:
        source = Source(delay=0.01)
        async with grid.process() as local:
            await local.cache.get("k", source)
        source.error = LookupError()
        async with grid.process(early=1e6) as local:
            for _ in range(3):
                assert await local.cache.get("k", source) == "first"
                await asyncio.sleep(0.02)
            assert local.count("cache.errors", error_type="LookupError") >= 1

    asyncio.run(test())
