"""Tests of many keys at once: waiting for a connection is no failure of Redis."""

import asyncio
import contextlib

import pytest

from grid_shared.cache.slots import Slots, slots_of
from tests.services.cache.conftest import Grid, Source


@pytest.mark.parametrize("count", [200, 2000])
def test_burst_of_keys_in_redis_fetches_nothing(grid: Grid, count: int) -> None:
    async def test() -> None:
        source = Source("in Redis")
        async with grid.process() as filling:
            for start in range(0, count, 100):
                keys = range(start, start + 100)
                await asyncio.gather(*(filling.cache.get(str(key), source) for key in keys))
        source.value = "fetched"
        async with grid.process() as starting:
            calls = (starting.cache.get(str(key), source) for key in range(count))
            assert await asyncio.gather(*calls) == ["in Redis"] * count
            assert starting.count("cache.errors") == 0
        assert source.calls == count

    asyncio.run(test())


def test_waiting_for_a_connection_is_no_failure(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as filling:
            await filling.cache.get("k", Source("in Redis"))
        async with grid.process(redis_timeout=2) as local, contextlib.AsyncExitStack() as stack:
            slots = slots_of(local.redis)
            for _ in range(local.redis.connection_pool.max_connections):
                await stack.enter_async_context(slots.take(urgent=False))
            call = asyncio.create_task(local.cache.get("k", Source("fetched")))
            await asyncio.sleep(2.5)
            await stack.aclose()
            assert await call == "in Redis"
            assert local.count("cache.errors") == 0

    asyncio.run(test())


def test_urgent_request_is_served_first_and_cancelled_ones_leave_no_gap() -> None:
    async def test() -> None:
        slots, order = Slots(1), []

        async def request(name: str, *, urgent: bool = False) -> None:
            async with slots.take(urgent=urgent):
                order.append(name)

        async with slots.take(urgent=False):
            waiting = [asyncio.create_task(request(name)) for name in "abc"]
            urgent = asyncio.create_task(request("urgent", urgent=True))
            await asyncio.sleep(0)
            waiting[1].cancel()
        await asyncio.gather(*waiting, urgent, return_exceptions=True)
        assert order == ["urgent", "a", "c"]
        async with asyncio.timeout(5), slots.take(urgent=False):
            waiting = [asyncio.create_task(request("d"))]
            await asyncio.sleep(0)
        waiting[0].cancel()  # in the same moment as it gets the slot
        await asyncio.gather(*waiting, return_exceptions=True)
        async with asyncio.timeout(5), slots.take(urgent=False):
            pass

    asyncio.run(test())


def test_burst_of_missing_keys_fetches_each_once(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(lease=30) as local, grid.process(lease=30) as remote:
            calls = [p.cache.get(str(key), source) for key in range(500) for p in (local, remote)]
            assert await asyncio.gather(*calls) == ["first"] * 1000
        assert source.calls == 500

    asyncio.run(test())


def test_burst_ends_soon_when_redis_hangs(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(redis_timeout=0.1) as local:
            grid.server.pause()
            async with asyncio.timeout(10):  # 500 times 0.1 s over two connections would be 25 s
                calls = (local.cache.get(str(key), source) for key in range(500))
                assert await asyncio.gather(*calls) == ["first"] * 500
            grid.server.resume()

    asyncio.run(test())


def test_get_many_asks_redis_and_the_source_once(grid: Grid) -> None:
    async def test() -> None:
        batches: list[list[str]] = []

        async def fetch(keys: list[str]) -> dict[str, str]:
            batches.append(keys)
            return {key: f"value of {key}" for key in keys if key != "7"}

        async with grid.process() as local, grid.process() as remote:
            await remote.cache.get("3", Source("from Redis"))
            before = (await remote.redis.info("commandstats"))["cmdstat_get"]["calls"]
            keys = [str(number) for number in range(10)]
            values = await local.cache.get_many([*keys, "1"], fetch)
            assert values == {
                **{key: f"value of {key}" for key in keys},
                "3": "from Redis",
                "7": None,
            }
            assert batches == [[key for key in keys if key != "3"]]
            after = (await remote.redis.info("commandstats"))["cmdstat_get"]["calls"]
            assert after - before < 40
            assert await remote.cache.get_many(keys, fetch) == values
            assert await local.cache.get("7", Source("x")) is None
            assert await local.cache.get_many([], fetch) == {}
        assert len(batches) == 1

    asyncio.run(test())


def test_error_of_get_many_reaches_its_caller_and_frees_the_keys(grid: Grid) -> None:
    async def test() -> None:
        async def fails(keys: list[str]) -> dict[str, str]:
            raise ConnectionError(", ".join(keys))

        async with grid.process() as local, grid.process() as remote:
            with pytest.raises(ConnectionError, match="a, b"):
                await local.cache.get_many(["a", "b"], fails)
            assert await remote.cache.get("a", Source()) == "first"

    asyncio.run(test())


def test_set_replaces_value_in_every_process(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local, grid.process() as remote:
            for process in (local, remote):
                await process.cache.get("k", Source("first"))
            assert await local.cache.set("k", "second")
            for process in (local, remote):
                async with asyncio.timeout(30):
                    while await process.cache.get("k", Source("fetched")) != "second":
                        await asyncio.sleep(0.01)

    asyncio.run(test())


def test_key_of_another_type_is_replaced(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process() as local, grid.process() as remote:
            await local.redis.lpush(f"cache:{grid.config['namespace']}:v1:k", "a list")
            assert await local.cache.get("k", source) == "first"
            assert await remote.cache.get("k", source) == "first"
            assert await local.cache.get("other", source) == "first"
        assert source.calls == 2

    asyncio.run(test())


def test_shared_values_are_one_object(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(shared_values=True) as sharing, grid.process() as copying:
            for process, is_shared in ((sharing, True), (copying, False)):
                first, second = [await process.cache.get("k", Source({"a": []})) for _ in "12"]
                assert (first is second) is is_shared
            await sharing.cache.invalidate("k")
            assert await sharing.cache.get("k", Source({"b": []})) == {"b": []}

    asyncio.run(test())


def test_ttl_of_one_call(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(ttl=1000, stale=0) as local:
            await local.cache.get("k", Source(), ttl=5)
            name = f"cache:{grid.config['namespace']}:v1:k"
            assert 0 < await local.redis.pttl(name) <= 5000

    asyncio.run(test())


def test_cache_rejects_second_event_loop(grid: Grid) -> None:
    opened = []

    async def test() -> None:
        async with grid.process() as local:
            await local.cache.get("k", Source())

            def elsewhere() -> None:
                with pytest.raises(RuntimeError, match="event loop that entered it"):
                    asyncio.run(local.cache.get("k", Source()))
                opened.append(True)

            await asyncio.to_thread(elsewhere)

    asyncio.run(test())
    assert opened
