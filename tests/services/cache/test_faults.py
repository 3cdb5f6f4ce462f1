"""Redis down, killed, slow or someone else's; the fetcher down."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import trustme
import uvloop
from redis.asyncio import Redis

from grid_shared.cache.breaker import Breaker
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.metrics import Metrics
from grid_shared.cache.redis_store import RedisStore, UnreachableError
from tests.services.cache.conftest import Grid, Process, Source, until

KEYS = 50


@dataclass
class Load:
    """Callers that read all the time."""

    process: Process
    source: Source = field(default_factory=Source)
    answers: int = 0
    errors: list[Exception] = field(default_factory=list)

    async def __call__(self, caller: int) -> None:
        """Read until cancelled."""
        while True:
            self.answers += 1
            try:
                await self.process.cache.get(f"{(caller + self.answers) % KEYS}", self.source)
            except Exception as error:  # noqa: BLE001 - what is counted
                self.errors.append(error)
            await asyncio.sleep(0.001)

    async def during(self, fault: asyncio.Future[None] | object) -> None:
        """Run the load while `fault` happens."""
        callers = [asyncio.create_task(self(number)) for number in range(20)]
        await fault  # type: ignore[misc]
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)


def test_redis_killed_and_restarted_under_load(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(redis_timeout=0.25, local_ttl=0.01) as one:
            load = Load(one)

            async def fault() -> None:
                await until(lambda: one.got("l2") > 20)
                await asyncio.to_thread(grid.server.kill)
                asked = load.source.times
                await until(lambda: load.source.times > asked + 20)
                await asyncio.to_thread(grid.server.start)
                before = one.got("l2")
                await until(lambda: one.got("l2") > before + 20)

            await load.during(fault())
            assert load.errors == []
            assert load.answers > 100

    asyncio.run(test())


def test_a_slow_redis_costs_its_timeout_and_then_nothing(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(redis_timeout=0.1, local_ttl=0) as one:
            load = Load(one)

            async def fault() -> None:
                await until(lambda: one.got("l2") > 20)
                grid.server.pause()
                failed = one.count("cache.errors")
                await until(lambda: one.count("cache.errors") >= failed + 5)
                asked, errors = load.source.times, one.count("cache.errors")
                await until(lambda: load.source.times > asked + 200)
                # Open: one in a second tries Redis, the others do not wait for it.
                assert one.count("cache.errors") - errors < 20
                grid.server.resume()
                before = one.got("l2")
                await until(lambda: one.got("l2") > before + 20)

            await load.during(fault())
            assert load.errors == []

    asyncio.run(test())


def test_a_value_that_could_not_be_stored_holds_up_no_other_process(grid: Grid) -> None:
    async def test() -> None:
        held = asyncio.Event()
        source = Source(held=held)
        async with (
            grid.process(redis_timeout=0.2, fetch_timeout=1000) as one,
            grid.process(wait=1000) as two,
            asyncio.timeout(60),
        ):
            reading = asyncio.create_task(one.cache.get("k", source))
            await until(lambda: source.times == 1)
            pool = one.redis.connection_pool
            busy = [
                await pool.get_connection()  # type: ignore[no-untyped-call]
                for _ in range(pool.max_connections)
            ]
            held.set()
            assert await reading == "first"
            for connection in busy:
                await pool.release(connection)
            assert await two.cache.get("k", Source("second")) == "second"

    asyncio.run(test())


def test_a_lock_that_was_taken_too_late_is_given_back(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as one, grid.process() as two, asyncio.timeout(60):
            config = CacheConfig(**grid.config, redis_timeout=0.2, fetch_timeout=1000)
            tasks = []

            def shared(redis: Redis) -> RedisStore:
                return RedisStore(
                    redis,
                    config,
                    breaker=Breaker(time.monotonic, random.Random(1)),
                    metrics=Metrics("test"),
                    clock=time.monotonic,
                    run_in_background=lambda work: tasks.append(asyncio.create_task(work)),
                )

            grid.server.pause()
            with pytest.raises(UnreachableError):
                await shared(one.redis).read("k", lock=True)
            grid.server.resume()  # and now it reads what was sent
            await asyncio.gather(*tasks)
            assert (await shared(two.redis).read("k", lock=True)).token

    asyncio.run(test())


def test_a_lock_that_is_taken_after_it_was_given_back_is_given_back(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grid_shared.cache.redis_store.UNLOCK_RETRY", 0.3)

    async def test() -> None:
        async with grid.process() as one:
            stats = (await one.redis.info("commandstats")).get("cmdstat_eval", {"calls": 0})
            name = f"cache:{grid.config['namespace']}:v1:k:lock"
            giving = asyncio.create_task(one.cache._shared._unlock_later("k", "token"))

            async def asked() -> bool:
                now = (await one.redis.info("commandstats")).get("cmdstat_eval", {"calls": 0})
                return bool(now["calls"] > stats["calls"])

            await until(asked)
            await one.redis.set(name, "token", px=60_000)  # on another connection, and slower
            await giving
            assert not await one.redis.exists(name)

    asyncio.run(test())


@pytest.mark.parametrize("factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_what_a_stopped_loop_reads_late_was_answered_in_time(
    grid: Grid, factory: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def test() -> None:
        async with grid.process(redis_timeout=0.2) as one:
            grid.server.pause()
            looking = asyncio.create_task(one.cache._shared.read("k"))
            await asyncio.sleep(0.01)  # asked
            grid.server.resume()
            time.sleep(0.6)  # as when the machine gives its time to others
            assert (await looking).entry is None
            assert one.count("cache.errors") == 0

    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(test())


def test_a_process_that_ends_gives_its_lock_back(grid: Grid) -> None:
    async def test() -> None:
        source = Source(held=asyncio.Event())
        async with grid.process(wait=1000) as two, asyncio.timeout(30):
            async with grid.process(fetch_timeout=1000) as ends:
                reading = asyncio.create_task(ends.cache.get("k", source))
                await until(lambda: source.times == 1)
                for _ in range(Breaker.THRESHOLD):
                    ends.cache._shared._breaker.record_failure()
                assert source.held
                source.held.set()
                assert await reading == "first"
            assert await two.cache.get("k", Source("second")) == "second"

    asyncio.run(test())


def test_no_redis_from_the_start(grid: Grid) -> None:
    async def test() -> None:
        grid.server.kill()
        source = Source()
        async with grid.process(redis_timeout=0.25) as one:
            for _ in range(3):
                assert await one.cache.get("k", source) == "first"
            assert (one.got("fetch"), one.got("l1")) == (1, 2)
            assert not await one.cache.invalidate("k")

    asyncio.run(test())


def test_a_server_of_another_authority_gets_nothing(grid: Grid) -> None:
    async def test() -> None:
        other = trustme.CA().cert_pem.bytes().decode()
        async with grid.process(ca=other) as one:
            assert await one.cache.get("k", Source()) == "first"
            assert one.count("cache.errors") > 0
        async with grid.process() as one:
            assert await one.redis.keys(f"cache:{grid.config['namespace']}:*") == []

    asyncio.run(test())


def test_a_fetcher_that_is_down_within_the_stale_limit_and_after(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(ttl=10, stale=100, stale_retry=1) as one:
            await one.cache.get("k", source)
            source.error = ConnectionError("the database")
            one.clock.ahead = 11
            name = f"cache:{grid.config['namespace']}:v1:k"
            await one.redis.pexpire(name, 99_000)  # as Redis would have it by then
            assert [await one.cache.get("k", source) for _ in range(10)] == ["first"] * 10
            assert (source.times, one.got("stale")) == (2, 10)
            one.clock.ahead = 12.5
            assert await one.cache.get("k", source) == "first"
            assert source.times == 3
            one.clock.ahead = 200
            await one.redis.delete(name)
            with pytest.raises(ConnectionError):
                await one.cache.get("k", source)

    asyncio.run(test())


def test_both_are_down_and_memory_still_has_it(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(ttl=10, stale=100, local_ttl=1) as one:
            await one.cache.get("k", source)
            await asyncio.to_thread(grid.server.kill)
            source.error = ConnectionError("the database")
            one.clock.ahead = 50
            assert await one.cache.get("k", source) == "first"
            one.clock.ahead = 111
            with pytest.raises(ConnectionError):
                await one.cache.get("k", source)

    asyncio.run(test())
