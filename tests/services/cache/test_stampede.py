"""Many who miss at once, and one who fetches."""

import asyncio

import pytest

from tests.services.cache.conftest import Grid, Source, until


def test_a_thousand_calls_of_one_process_share_a_fetch(grid: Grid) -> None:
    async def test() -> None:
        source = Source(takes=0.05)
        async with grid.process() as one:
            got = await asyncio.gather(*(one.cache.get("k", source) for _ in range(1000)))
            assert set(got) == {"first"}
            assert (one.got("fetch"), one.got("shared")) == (1, 999)
            assert one.count("cache.stampede.avoided") == 999
        assert source.times == 1

    asyncio.run(test())


def test_processes_share_a_fetch(grid: Grid) -> None:
    async def test() -> None:
        source = Source(takes=0.1)
        async with grid.process() as a, grid.process() as b, grid.process() as c:
            calls = [p.cache.get("k", source) for p in (a, b, c) for _ in range(10)]
            assert await asyncio.gather(*calls) == ["first"] * 30
        assert source.times == 1

    asyncio.run(test())


def test_who_waits_for_a_killed_process_fetches_in_bounded_time(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(wait=0.2) as one:
            await one.redis.set(f"cache:{grid.config['namespace']}:v1:k:lock", "dead", px=60_000)
            assert await one.cache.get("k", source) == "first"
            # The lock may be a living process's: what was fetched beside it stays in memory.
            assert await one.redis.get(f"cache:{grid.config['namespace']}:v1:k") is None
            assert await one.cache.get("k", source) == "first"
        assert source.times == 1

    asyncio.run(test())


def test_the_lock_ends_by_itself_with_the_fetch_timeout(grid: Grid) -> None:
    async def test() -> None:
        source = Source(takes=0.2)
        async with grid.process(fetch_timeout=5, redis_timeout=0.5) as one:
            call = asyncio.create_task(one.cache.get("k", source))
            name = f"cache:{grid.config['namespace']}:v1:k:lock"
            await until(lambda: _exists(one.redis.exists(name)))
            assert 5000 < await one.redis.pttl(name) <= 5500
            await call
            assert not await one.redis.exists(name)

    async def _exists(asked: object) -> bool:
        return bool(await asked)  # type: ignore[misc]

    asyncio.run(test())


def test_a_failed_fetch_is_every_waiters_error_and_kept_nowhere(grid: Grid) -> None:
    async def test() -> None:
        source = Source(takes=0.05, error=LookupError("the database"))
        async with grid.process() as one:
            got = await asyncio.gather(
                *(one.cache.get("k", source) for _ in range(10)), return_exceptions=True
            )
            assert [str(error) for error in got] == ["the database"] * 10
            assert source.times == 1
            source.error = None
            assert await one.cache.get("k", source) == "first"
            assert one.got("fetch") == 1  # at once: the lock was given back

    asyncio.run(test())


def test_a_process_goes_on_where_another_failed(grid: Grid) -> None:
    async def test() -> None:
        fails, works = Source(takes=0.1, error=LookupError()), Source()
        async with grid.process() as one, grid.process() as other:
            first = asyncio.create_task(one.cache.get("k", fails))
            await until(lambda: fails.times == 1)
            assert await other.cache.get("k", works) == "first"
            with pytest.raises(LookupError):
                await first

    asyncio.run(test())


def test_a_cancelled_caller_takes_nobody_along(grid: Grid) -> None:
    async def test() -> None:
        source = Source(takes=0.1)
        async with grid.process() as one:
            first = asyncio.create_task(one.cache.get("k", source))
            await until(lambda: source.times == 1)
            second = asyncio.create_task(one.cache.get("k", source))
            await asyncio.sleep(0)
            first.cancel()
            assert await second == "first"
        assert source.times == 1

    asyncio.run(test())


def test_a_fetch_that_takes_too_long_is_an_error(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(fetch_timeout=0.05) as one:
            with pytest.raises(TimeoutError):
                await one.cache.get("k", Source(takes=5))

    asyncio.run(test())


def test_a_value_is_fetched_early_once_and_in_the_background(grid: Grid) -> None:
    async def test() -> None:
        source = Source(takes=0.05)
        async with grid.process(early=1e6, ttl=3600) as one:  # surely earlier than its end
            assert await one.cache.get("k", source) == "first"
            await until(lambda: one.count("cache.refresh") > 0)
            source.value, source.held, before = "second", asyncio.Event(), source.times
            assert [await one.cache.get("k", source) for _ in range(20)] == ["first"] * 20
            await until(lambda: source.times > before)
            assert source.times == before + 1
            source.held.set()
            await until(lambda: one.count("cache.refresh") > 1)
            assert await one.cache.get("k", source) == "second"

    asyncio.run(test())


def test_an_early_fetch_that_fails_is_not_seen(grid: Grid) -> None:
    async def test() -> None:
        source = Source(takes=0.01)
        async with grid.process() as one:
            await one.cache.get("k", source)
        source.error = LookupError()
        async with grid.process(early=1e6) as one:
            for _ in range(3):
                assert await one.cache.get("k", source) == "first"
                await asyncio.sleep(0.02)
            assert one.count("cache.errors", error_type="LookupError") >= 1

    asyncio.run(test())
