"""Three-level cache: process memory (L1), Redis (L2), and the data source (L3)."""

import asyncio
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

from opentelemetry.metrics import MeterProvider
from redis.asyncio import Redis
from redis.exceptions import RedisError

from grid_shared.cache.background import Background
from grid_shared.cache.breaker import Breaker
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.connection import warm_up
from grid_shared.cache.entry import Entry
from grid_shared.cache.flight import Flight, Loaded
from grid_shared.cache.invalidations import Invalidations
from grid_shared.cache.loader import Loader
from grid_shared.cache.memory import Memory
from grid_shared.cache.message import Message
from grid_shared.cache.metrics import Level, Metrics, State
from grid_shared.cache.outbox import Outbox
from grid_shared.cache.redis_store import RedisStore
from grid_shared.cache.serializer import Json, Serializer

Value = TypeVar("Value")
Fetch = Callable[[], Awaitable[Value]]


class Cache:
    """The values of one namespace. Enter it with `async with`; one event loop uses it.

    A value is what the serializer returns, whether it was just fetched or kept: with JSON a tuple
    comes back as a list. Every caller has a copy of its own, unless the configuration shares
    values. None is a value, too: it says that there is no such thing.
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
        self._redis, self._config, self._clock = redis, config, clock
        self._rng = rng or random.Random()  # noqa: S311 - jitter
        self._serializer = serializer or Json()
        self._metrics = Metrics(config.namespace, meters)
        self._memory = Memory(
            config.local_bytes, clock, self._serializer, shares_values=config.shared_values
        )
        self._background = Background()
        self._breaker = Breaker(clock, self._rng, config.namespace)
        self._shared = RedisStore(
            redis,
            config,
            breaker=self._breaker,
            metrics=self._metrics,
            clock=clock,
            run_in_background=self._background.start,
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
        self._outbox = Outbox(self._shared, self._id)
        self._flights: dict[str, Flight] = {}
        self._refreshes: dict[str, asyncio.Task[Entry | None]] = {}
        self._invalidations = Invalidations(
            redis,
            self._shared.channel,
            on_subscribe=self._forget_all,
            on_message=self._on_message,
            on_heartbeat=self._outbox.send,
            metrics=self._metrics,
        )
        self._listening: asyncio.Task[None] | None = None
        self._metrics.observe(self._state)

    async def __aenter__(self) -> Self:
        """Connect, for a second at most, and begin to hear invalidations."""
        try:
            await warm_up(self._redis)
        except (RedisError, OSError) as error:  # TimeoutError is an OSError
            self._metrics.record_error(error)
        self._listening = self._background.start(self._invalidations.run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; what is being fetched is cancelled. The Redis client is not ours to close."""
        self._listening = None
        await self._background.cancel()

    @property
    def subscribed(self) -> bool:
        """Whether invalidations of other processes are received at the moment."""
        return self._invalidations.connected

    def _state(self) -> State | None:
        if self._listening is None:
            return None
        return State(self._breaker.is_open, self.subscribed, len(self._outbox))

    async def get(self, key: str, fetch: Fetch[Value], *, ttl: float | None = None) -> Value:
        """Return the value of `key` from the first level that has it; `fetch` is the last.

        Calls for the same key at once share one fetch, in this process and among all. Where an
        older value is within its stale limit, a call waits for `soft_timeout` and then gets it.
        Redis never makes this fail; it is then the fetcher that answers.

        Args:
            key: Any text.
            fetch: What loads the value. The cache runs it, and no other call depends on this one:
                if this call is cancelled and its fetch fails, another call's fetch is used.
            ttl: Seconds that this value is fresh, instead of the configured `ttl`.

        Raises:
            Exception: what `fetch` raises, if no older value is within its stale limit.
            TimeoutError: `fetch` took longer than `fetch_timeout`, likewise.
            TypeError, ValueError: the key is no text, or not in Unicode.
            RuntimeError: outside of `async with`, or in another event loop.
        """
        self._check(key)
        started = self._clock()
        while True:
            stored = self._memory.get(key)
            if stored and started < stored.local_until:
                entry, level = stored, Level.L1 if started < stored.fresh_until else Level.STALE
                break
            flight = self._flights.get(key)
            begins = flight is None
            flight = flight or self._begin(key, fetch, stored, ttl)
            try:
                loaded = await flight.join(self._clock)
            except asyncio.CancelledError:
                flight.abandoned |= begins
                raise
            except Exception:
                if begins or not flight.abandoned:
                    raise
                continue
            entry, level = loaded
            level = Level.SHARED if level is Level.FETCH and not begins else level
            break
        self._refresh_early(key, fetch, entry, ttl)
        value: Value = self._memory.decode(key, entry)
        self._metrics.record_read(level, self._clock() - started)
        return value

    def _check(self, key: object) -> None:
        if not isinstance(key, str):
            raise TypeError(f"a cache key is a str, got {type(key).__name__}")
        key.encode()  # UnicodeEncodeError, a ValueError: Redis could not have it
        if self._listening is None:
            raise RuntimeError("a Cache works inside `async with`")
        if self._listening.get_loop() is not asyncio.get_running_loop():
            raise RuntimeError("a Cache works in the event loop that entered it")

    def _begin(self, key: str, fetch: Fetch[Any], older: Entry | None, ttl: float | None) -> Flight:
        # If Redis has not received the invalidation of the key, its value is outdated.
        trusted = key not in self._outbox

        def on_older(entry: Entry) -> None:
            flight.older = entry

        async def load() -> Loaded:
            entry, level, keep = await self._loader.load(
                key, fetch, older, ttl=ttl, trusted=trusted, on_older=on_older
            )
            if keep and self._flights.get(key) is flight:  # else invalidated meanwhile
                self._memory.put(key, entry)
            return entry, level

        def end() -> None:
            if self._flights.get(key) is flight:
                del self._flights[key]

        soft_deadline = self._clock() + self._config.soft_timeout
        flight = Flight(self._background.start(load(), end), soft_deadline, older)
        self._flights[key] = flight
        return flight

    def _refresh_early(self, key: str, fetch: Fetch[Any], entry: Entry, ttl: float | None) -> None:
        lead = entry.lead(self._config.early, self._rng)
        if not 0 < entry.fresh_until - self._clock() <= lead:
            return
        # Where the outbox has the key, the value in Redis is outdated, and can expire after ours.
        if key in self._refreshes or key in self._flights or key in self._outbox:
            return

        async def refresh() -> Entry | None:
            newer = await self._loader.refresh(key, fetch, entry, ttl=ttl)
            if newer and self._refreshes.get(key) is task:
                self._memory.put(key, newer)
            return newer

        def end() -> None:
            if self._refreshes.get(key) is task:
                del self._refreshes[key]

        task = self._background.start(refresh(), end)
        self._refreshes[key] = task

    async def invalidate(self, *keys: str, prefix: str | None = None) -> bool:
        """Forget keys, here and in every process of every version, and what is being fetched for
        them now.

        Call it after the change is committed. False says that Redis cannot be reached: it will be
        told as soon as it can be, by this process if that lives, and until then other processes
        may return the old value, from memory for up to `local_ttl`.

        Args:
            keys: The keys.
            prefix: Also forget all keys that begin with this. Redis reads all its keys for it, so
                it is for rare changes.

        Raises:
            TypeError, ValueError: a key is no text, or not in Unicode; nothing was forgotten.
        """
        for key in (*keys, *([] if prefix is None else [prefix])):
            self._check(key)
        self._forget(keys)
        self._outbox.add(keys)
        if prefix is not None:
            self._forget_prefix(prefix)
            self._outbox.add_prefix(prefix)
        return await self._outbox.send()

    def _on_message(self, message: bytes) -> None:
        try:
            content = Message.parse(message)
        except (ValueError, RecursionError) as error:  # nobody knows which keys were meant
            self._metrics.record_error(error)
            self._forget_all()
            return
        if content.sender != self._id:
            self._forget(content.keys)
            if content.prefix is not None:
                self._forget_prefix(content.prefix)

    def _forget_all(self) -> None:
        """Forget all entries and fetches: they can be older than a change that was missed."""
        self._memory.clear()
        self._flights.clear()
        self._refreshes.clear()

    def _forget_prefix(self, prefix: str) -> None:
        self._memory.remove_prefix(prefix)
        self._forget([key for key in (*self._flights, *self._refreshes) if key.startswith(prefix)])

    def _forget(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._memory.remove(key)
            self._flights.pop(key, None)
            self._refreshes.pop(key, None)
