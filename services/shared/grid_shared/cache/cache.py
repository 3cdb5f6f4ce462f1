"""Three-level cache: process memory (L1), Redis (L2), and the data source (L3)."""

import asyncio
import json
import logging
import math
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from opentelemetry.metrics import MeterProvider
from redis.asyncio import Redis
from redis.exceptions import RedisError

from grid_shared.cache.breaker import Breaker
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.connection import warm_up
from grid_shared.cache.entry import Entry
from grid_shared.cache.invalidations import Invalidations
from grid_shared.cache.loader import Loader
from grid_shared.cache.memory import Memory
from grid_shared.cache.metrics import Level, Metrics
from grid_shared.cache.redis_store import RedisStore, UnreachableError
from grid_shared.cache.serializer import Json, Serializer

Value = TypeVar("Value")
Fetch = Callable[[], Awaitable[Value]]
MAX_PENDING = 10_000
"""Invalidated keys that are kept until Redis is reachable."""

logger = logging.getLogger(__name__)


class Cache:
    """The values of one namespace. Enter it with `async with`; one event loop uses it.

    A value is what the serializer gives back, whether it was just fetched or kept: with JSON a
    tuple comes back as a list. Every caller has a copy of its own. None is a value, too: it says
    that there is no such thing.
    """

    def __init__(
        self,
        redis: Redis,
        config: CacheConfig,
        *,
        serializer: Serializer | None = None,
        meters: MeterProvider | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        self._redis = redis
        self._config = config
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311 - jitter
        self._serializer = serializer or Json()
        self._metrics = Metrics(config.namespace, meters)
        self._memory = Memory(config.local_bytes, clock)
        self._shared = RedisStore(
            redis,
            config,
            breaker=Breaker(clock, self._rng),
            metrics=self._metrics,
            clock=clock,
            run_in_background=self._run_in_background,
        )
        self._loader = Loader(
            self._shared,
            config,
            serializer=self._serializer,
            metrics=self._metrics,
            clock=clock,
            rng=self._rng,
        )
        self._id = secrets.token_hex(8)
        self._pending: dict[str, int] = {}
        self._invalidated = 0
        self._publishing = asyncio.Lock()
        self._flights: dict[str, asyncio.Task[tuple[Entry, Level]]] = {}
        self._refreshes: dict[str, asyncio.Task[Entry | None]] = {}
        # Those of invalidated keys, too, which are no longer in the two above.
        self._tasks: set[asyncio.Task[Any]] = set()
        self._invalidations = Invalidations(
            redis,
            self._shared.channel,
            on_subscribe=self._forget_all,
            on_message=self._on_message,
            on_heartbeat=self._publish_pending,
            metrics=self._metrics,
        )
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Connect, and begin to hear invalidations. Redis need not be there; waiting for it has
        an end after a second.
        """
        try:
            await warm_up(self._redis)
        except (RedisError, OSError) as error:  # TimeoutError is an OSError
            self._metrics.record_error(error)
        self._listening = asyncio.create_task(self._invalidations.run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; what is being fetched is cancelled. The Redis client is not ours to close."""
        tasks = list(self._tasks)
        if self._listening:
            tasks.append(self._listening)
            self._listening = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def subscribed(self) -> bool:
        """Whether invalidations of other processes are received at the moment."""
        return self._invalidations.connected

    async def get(self, key: str, fetch: Fetch[Value]) -> Value:
        """Return the value of `key` from the first level that has it; `fetch` is the last.

        Calls for the same key at once share one fetch, in this process and among all. Redis
        never makes this fail; it is then the fetcher that answers.

        Raises:
            Exception: what `fetch` raises, if no older value is within its stale limit.
            TimeoutError: `fetch` took longer than `fetch_timeout`, likewise.
            RuntimeError: outside of `async with`.
        """
        if self._listening is None:
            raise RuntimeError("a Cache works inside `async with`")
        started = self._clock()
        stored = self._memory.get(key)
        if stored and started < stored.local_until:
            entry, level = stored, Level.L1 if started < stored.fresh_until else Level.STALE
        elif flight := self._flights.get(key):
            entry, level = await asyncio.shield(flight)
            level = Level.SHARED if level is Level.FETCH else level
        else:
            entry, level = await asyncio.shield(self._begin(key, fetch, stored))
        self._refresh_early(key, fetch, entry)
        value: Value = self._serializer.loads(entry.payload)
        self._metrics.record_read(level, self._clock() - started)
        return value

    def _begin(
        self, key: str, fetch: Fetch[Any], older: Entry | None
    ) -> asyncio.Task[tuple[Entry, Level]]:
        async def load() -> tuple[Entry, Level]:
            # If Redis has not received the invalidation of the key, its value is outdated.
            trusted = key not in self._pending
            entry, level, keep = await self._loader.load(key, fetch, older, trusted=trusted)
            if keep and self._flights.get(key) is flight:  # else invalidated meanwhile
                self._memory.put(key, entry)
            return entry, level

        flight = asyncio.create_task(load())
        self._track(self._flights, key, flight)
        return flight

    def _refresh_early(self, key: str, fetch: Fetch[Any], entry: Entry) -> None:
        remaining = entry.fresh_until - self._clock()
        # Source: "Optimal Probabilistic Cache Stampede Prevention", the XFetch algorithm.
        lead = entry.cost * self._config.early * -math.log(1 - self._rng.random())
        if remaining <= 0 or remaining > lead or key in self._refreshes or key in self._flights:
            return
        if key in self._pending:  # the value in Redis is outdated, and can expire later than ours
            return

        async def refresh() -> Entry | None:
            newer = await self._loader.refresh(key, fetch, entry)
            if newer and self._refreshes.get(key) is task:
                self._memory.put(key, newer)
            return newer

        task = asyncio.create_task(refresh())
        self._track(self._refreshes, key, task)

    def _track(
        self, tasks: dict[str, asyncio.Task[Any]], key: str, task: asyncio.Task[Any]
    ) -> None:
        tasks[key] = task
        self._tasks.add(task)
        task.add_done_callback(lambda _: self._on_done(tasks, key, task))

    def _run_in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_done(
        self, tasks: dict[str, asyncio.Task[Any]], key: str, task: asyncio.Task[Any]
    ) -> None:
        self._tasks.discard(task)
        if tasks.get(key) is task:
            del tasks[key]
        if not task.cancelled():
            task.exception()  # all callers can be cancelled; then nobody else retrieves it

    async def invalidate(self, *keys: str) -> bool:
        """Forget keys, here and in every process, and what is being fetched for them now.

        Call it after the change is committed. False says that Redis cannot be reached: it will be
        told as soon as it can be, by this process if that lives, and until then other processes
        may give the old value out, from memory for up to `local_ttl`.
        """
        self._invalidated += 1
        for key in keys:
            self._forget(key)
            self._pending[key] = self._invalidated
        while len(self._pending) > MAX_PENDING:
            oldest = next(iter(self._pending))
            del self._pending[oldest]
            logger.error("too many invalidations that Redis was not told; forgetting %s", oldest)
        await self._publish_pending()
        return not any(key in self._pending for key in keys)

    async def _publish_pending(self) -> None:
        """Send the pending invalidations once; a second one would discard a new fetch."""
        async with self._publishing:
            pending = dict(self._pending)
            if not pending:
                return
            message = json.dumps({"from": self._id, "keys": list(pending)})
            try:
                await self._shared.invalidate(list(pending), message)
            except UnreachableError:
                return
            for key, number in pending.items():
                if self._pending.get(key) == number:  # else invalidated again meanwhile
                    del self._pending[key]

    def _on_message(self, message: bytes) -> None:
        try:
            content = json.loads(message)
            sender, keys = content["from"], content["keys"]
        except (ValueError, KeyError, TypeError) as error:  # keys and sender are unknown
            self._metrics.record_error(error)
            self._forget_all()
            return
        if sender != self._id:
            for key in keys:
                self._forget(key)

    def _forget_all(self) -> None:
        """Forget all entries and fetches: they can be older than a change that was missed."""
        self._memory.clear()
        self._flights.clear()
        self._refreshes.clear()

    def _forget(self, key: str) -> None:
        self._memory.remove(key)
        self._flights.pop(key, None)
        self._refreshes.pop(key, None)
