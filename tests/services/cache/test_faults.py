"""Tests of the cache during outages of Redis and of the data source."""

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
from grid_shared.cache.redis_link import RedisLink, UnreachableError
from grid_shared.cache.redis_store import RedisStore
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


def test_reads_succeed_when_redis_restarts_under_load(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(redis_timeout=0.25, local_ttl=0.01) as local:
            load = Load(local)

            async def fault() -> None:
                await until(lambda: local.reads("l2") > 20)
                await asyncio.to_thread(grid.server.kill)
                calls = load.source.calls
                await until(lambda: load.source.calls > calls + 20)
                await asyncio.to_thread(grid.server.start)
                before = local.reads("l2")
                await until(lambda: local.reads("l2") > before + 20)

            await load.during(fault())
            assert load.errors == []
            assert load.answers > 100

    asyncio.run(test())


def test_breaker_opens_when_redis_hangs_under_load(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process(redis_timeout=0.1, local_ttl=0) as local:
            load = Load(local)

            async def fault() -> None:
                await until(lambda: local.reads("l2") > 20)
                grid.server.pause()
                failed = local.count("cache.errors")
                await until(lambda: local.count("cache.errors") >= failed + 5)
                calls, errors = load.source.calls, local.count("cache.errors")
                await until(lambda: load.source.calls > calls + 200)
                # Open: one in a second tries Redis, the others do not wait for it.
                assert local.count("cache.errors") - errors < 20
                grid.server.resume()
                before = local.reads("l2")
                await until(lambda: local.reads("l2") > before + 20)

            await load.during(fault())
            assert load.errors == []

    asyncio.run(test())


def test_lock_is_released_when_value_cannot_be_stored(grid: Grid) -> None:
    async def test() -> None:
        gate = asyncio.Event()
        source = Source(gate=gate)
        async with (
            grid.process(redis_timeout=0.2, fetch_timeout=1000, lease=1000) as local,
            grid.process() as remote,
            asyncio.timeout(60),
        ):
            reading = asyncio.create_task(local.cache.get("k", source))
            await until(lambda: source.calls == 1)
            pool = local.redis.connection_pool
            busy = [
                await pool.get_connection()  # type: ignore[no-untyped-call]
                for _ in range(pool.max_connections)
            ]
            gate.set()
            assert await reading == "first"
            for connection in busy:
                await pool.release(connection)
            assert await remote.cache.get("k", Source("second")) == "second"

    asyncio.run(test())


def test_lock_acquired_after_timeout_is_released(grid: Grid) -> None:
    async def test() -> None:
        async with grid.process() as local, grid.process() as remote, asyncio.timeout(60):
            config = CacheConfig(**grid.config, redis_timeout=0.2, fetch_timeout=1000, lease=1000)
            tasks = []

            def shared(redis: Redis) -> RedisStore:
                metrics = Metrics("test")
                breaker = Breaker(time.monotonic, random.Random(1), "test")
                return RedisStore(
                    RedisLink(redis, config.redis_timeout, breaker, metrics),
                    config,
                    metrics=metrics,
                    clock=time.monotonic,
                    run_in_background=lambda work: tasks.append(asyncio.create_task(work)),
                )

            grid.server.pause()
            with pytest.raises(UnreachableError):
                await shared(local.redis).read("k", lock=True)
            grid.server.resume()  # and now it reads what was sent
            await asyncio.gather(*tasks)
            assert (await shared(remote.redis).read("k", lock=True)).token

    asyncio.run(test())


def test_lock_acquired_after_its_release_is_released(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grid_shared.cache.redis_store.UNLOCK_RETRY", 0.3)

    async def test() -> None:
        async with grid.process() as local:
            stats = (await local.redis.info("commandstats")).get("cmdstat_eval", {"calls": 0})
            name = f"lock:cache:{grid.config['namespace']}:v1:k"
            giving = asyncio.create_task(local.store._unlock_later("k", "token"))

            async def has_sent_unlock() -> bool:
                now = (await local.redis.info("commandstats")).get("cmdstat_eval", {"calls": 0})
                return bool(now["calls"] > stats["calls"])

            await until(has_sent_unlock)
            await local.redis.set(name, "token", px=60_000)  # on another connection, and slower
            await giving
            assert not await local.redis.exists(name)

    asyncio.run(test())


@pytest.mark.parametrize("factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_delay_of_the_event_loop_does_not_count_as_timeout(
    grid: Grid, factory: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def test() -> None:
        async with grid.process(redis_timeout=0.2) as local:
            grid.server.pause()
            looking = asyncio.create_task(local.store.read("k"))
            await asyncio.sleep(0.01)  # sent
            grid.server.resume()
            time.sleep(0.6)  # as when the machine gives its time to others
            assert (await looking).entry is None
            assert local.count("cache.errors") == 0

    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(test())


def test_lock_is_released_when_process_ends(grid: Grid) -> None:
    async def test() -> None:
        source = Source(gate=asyncio.Event())
        async with grid.process() as remote, asyncio.timeout(30):
            async with grid.process(fetch_timeout=1000, lease=1000) as ends:
                reading = asyncio.create_task(ends.cache.get("k", source))
                await until(lambda: source.calls == 1)
                for _ in range(Breaker.THRESHOLD):
                    ends.cache._parts.breaker.record_failure()
                assert source.gate
                source.gate.set()
                assert await reading == "first"
            assert await remote.cache.get("k", Source("second")) == "second"

    asyncio.run(test())


def test_reads_succeed_when_redis_is_unavailable_at_start(grid: Grid) -> None:
    async def test() -> None:
        grid.server.kill()
        source = Source()
        async with grid.process(redis_timeout=0.25) as local:
            for _ in range(3):
                assert await local.cache.get("k", source) == "first"
            assert (local.reads("fetch"), local.reads("l1")) == (1, 2)
            assert not await local.cache.invalidate("k")

    asyncio.run(test())


def test_nothing_is_sent_to_server_of_another_authority(grid: Grid) -> None:
    async def test() -> None:
        other_ca = trustme.CA().cert_pem.bytes().decode()
        async with grid.process(ca=other_ca) as local:
            assert await local.cache.get("k", Source()) == "first"
            assert local.count("cache.errors") > 0
        async with grid.process() as local:
            assert await local.redis.keys(f"cache:{grid.config['namespace']}:*") == []

    asyncio.run(test())


def test_stale_value_is_served_until_stale_limit_when_fetch_fails(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(ttl=10, stale=100, stale_retry=1) as local:
            await local.cache.get("k", source)
            source.error = ConnectionError("the database")
            local.clock.offset = 11
            name = f"cache:{grid.config['namespace']}:v1:k"
            await local.redis.pexpire(name, 99_000)  # as Redis would have it by then
            assert [await local.cache.get("k", source) for _ in range(10)] == ["first"] * 10
            assert (source.calls, local.reads("stale")) == (2, 10)
            local.clock.offset = 12.5
            assert await local.cache.get("k", source) == "first"
            assert source.calls == 3
            local.clock.offset = 200
            await local.redis.delete(name)
            with pytest.raises(ConnectionError):
                await local.cache.get("k", source)

    asyncio.run(test())


def test_memory_serves_stale_value_when_redis_and_fetch_fail(grid: Grid) -> None:
    async def test() -> None:
        source = Source()
        async with grid.process(ttl=10, stale=100, local_ttl=1) as local:
            await local.cache.get("k", source)
            await asyncio.to_thread(grid.server.kill)
            source.error = ConnectionError("the database")
            local.clock.offset = 50
            assert await local.cache.get("k", source) == "first"
            local.clock.offset = 111
            with pytest.raises(ConnectionError):
                await local.cache.get("k", source)

    asyncio.run(test())
