"""A Redis for a file of tests, and caches as several processes would have them."""

import asyncio
import contextlib
import itertools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from redis.asyncio import Redis
from redis.exceptions import RedisError

from grid_shared import Cache, CacheConfig, connect, connect_others
from grid_shared.cache.redis_store import RedisStore
from grid_shared.cache.regions import Region
from tests.services.servers import RedisServer

NAMESPACES = (f"test{number}" for number in itertools.count())


@dataclass
class Clock:
    """Monotonic clock with an offset; Redis has its own clock."""

    offset: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.offset


@dataclass
class Source:
    """Data source with a count of its fetches."""

    value: Any = "first"
    delay: float = 0.0
    gate: asyncio.Event | None = None
    """Event that each fetch waits for."""
    error: Exception | None = None
    calls: int = 0

    async def __call__(self) -> Any:
        """Fetch."""
        self.calls += 1
        value = self.value
        await asyncio.sleep(self.delay)
        if self.gate:
            await self.gate.wait()
        if self.error:
            raise self.error
        return value


@dataclass
class Process:
    """A cache as a process has it: with a client, a memory and meters of its own."""

    cache: Cache[Any]
    redis: Redis
    clock: Clock
    _meters: InMemoryMetricReader

    @property
    def region(self) -> Region:
        """Redis of the process's region, as invalidations see it."""
        regions = self.cache._parts.regions
        assert regions
        return regions._own

    @property
    def store(self) -> RedisStore:
        """The entries in Redis."""
        store = self.cache._parts.store
        assert isinstance(store, RedisStore)
        return store

    def count(self, metric: str, **attributes: str) -> int:
        """How often something was counted."""
        data = self._meters.get_metrics_data()
        if not data:
            return 0
        expected = {name.replace("_", "."): value for name, value in attributes.items()}
        return sum(
            point.count if hasattr(point, "count") else int(getattr(point, "value"))  # noqa: B009
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for measured in scope.metrics
            if measured.name == metric
            for point in measured.data.data_points
            if expected.items() <= dict(point.attributes or {}).items()
        )

    def reads(self, level: str) -> int:
        """How many reads a level answered."""
        return self.count("cache.get.duration", cache_level=level)


@dataclass
class Grid:
    """Processes that share a Redis and a namespace."""

    server: RedisServer
    config: dict[str, Any] = field(default_factory=dict)

    @contextlib.asynccontextmanager
    async def process(self, **changes: Any) -> AsyncIterator[Process]:
        """One more process, which hears invalidations if Redis is there."""
        # On a busy machine Redis may take long; only tests of its failing want it to be short.
        calm = {"jitter": 0, "early": 0, "redis_timeout": 5, "soft_timeout": 30}
        settings = self.config | calm | changes
        serializer, ca = settings.pop("serializer", None), settings.pop("ca", self.server.ca)
        others = connect_others(settings.pop("others", {}))
        reader, clock = InMemoryMetricReader(), Clock()
        meters = MeterProvider([reader])
        url = {"REDIS_URL": self.server.url, "REDIS_CA_CERTS": ca}
        redis = connect(url, connections=2)  # each costs the test a handshake
        cache = Cache(
            redis,
            CacheConfig(**settings),
            others=others,
            serializer=serializer,
            meters=meters,
            clock=clock,
            rng=random.Random(1),
        )
        try:
            async with cache:
                with contextlib.suppress(RedisError):
                    await redis.ping()
                    await until(lambda: cache.subscribed)
                yield Process(cache, redis, clock, reader)
        finally:
            for client in (redis, *others.values()):
                await client.aclose()
            meters.shutdown()


async def until(condition: Callable[[], Awaitable[bool] | bool], within: float = 30.0) -> None:
    """Wait for something that another task brings about."""
    async with asyncio.timeout(within):
        while True:
            holds = condition()
            if holds if isinstance(holds, bool) else await holds:
                return
            await asyncio.sleep(0.002)


@pytest.fixture
def grid(redis: RedisServer) -> Grid:
    """Provide a namespace that no other test has."""
    return Grid(redis, {"namespace": next(NAMESPACES)})
