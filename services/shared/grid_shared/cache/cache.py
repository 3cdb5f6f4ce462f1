"""Three-level cache: process memory (L1), Redis (L2), and the data source (L3)."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType, TracebackType
from typing import Any, Self, TypeVar

from opentelemetry.metrics import MeterProvider
from redis.asyncio import Redis
from redis.exceptions import RedisError

from grid_shared.cache.batcher import Batcher
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.connection import warm_up
from grid_shared.cache.held import check_key
from grid_shared.cache.message import Message
from grid_shared.cache.metrics import State
from grid_shared.cache.parts import Parts
from grid_shared.cache.serializer import Json, Serializer

Value = TypeVar("Value")
Fetch = Callable[[], Awaitable[Value]]
FetchMany = Callable[[list[str]], Awaitable[Mapping[str, Value]]]
MAX_FETCH = 1000
"""Keys that one fetch of `get_many` loads."""


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
        others: Mapping[str, Redis] = MappingProxyType({}),
        serializer: Serializer | None = None,
        meters: MeterProvider | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        """Create a cache. Each client is for one region: `redis` for this one, `others` by name."""
        self._redis = redis
        self._parts = Parts(
            redis,
            config,
            others=others,
            serializer=serializer or Json(),
            meters=meters,
            clock=clock,
            rng=rng or random.Random(),  # noqa: S311 - jitter
        )
        self._background = self._parts.background
        self._listening: asyncio.Task[None] | None = None
        self._parts.metrics.observe(self._state)

    async def __aenter__(self) -> Self:
        """Connect, for a second at most, and begin to hear invalidations."""
        try:
            await warm_up(self._redis)
        except (RedisError, OSError) as error:  # TimeoutError is an OSError
            self._parts.metrics.record_error(error)
        self._listening = self._background.start(self._parts.invalidations.run())
        self._background.start(self._parts.regions.run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; what is being fetched is cancelled. The Redis clients are not ours to close."""
        self._listening = None
        await self._background.cancel()

    @property
    def subscribed(self) -> bool:
        """Whether invalidations of other processes are received at the moment."""
        return self._parts.invalidations.connected

    def _state(self) -> State | None:
        if self._listening is None:
            return None
        return State(self._parts.breaker.is_open, self.subscribed, self._parts.regions.pending)

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
        value: Value = await self._parts.reader.get(key, fetch, ttl)
        return value

    async def get_many(
        self, keys: Iterable[str], fetch: FetchMany[Value], *, ttl: float | None = None
    ) -> dict[str, Value | None]:
        """Return the values of keys; those that are kept nowhere are fetched together.

        Args:
            keys: Any texts.
            fetch: What loads the values of several keys; a key without a value is None.
            ttl: As in `get`.

        Raises:
            As `get`, for any of the keys.
        """

        async def fetch_all(missing: list[str]) -> list[Value | None]:
            values = await fetch(missing)
            return [values.get(key) for key in missing]

        fetches: Batcher[Value | None] = Batcher(
            fetch_all, limit=MAX_FETCH, run_in_background=self._background.start
        )
        unique = list(dict.fromkeys(keys))
        values = await asyncio.gather(
            *(self.get(key, partial(fetches.load, key), ttl=ttl) for key in unique)
        )
        return dict(zip(unique, values, strict=True))

    async def set(self, key: str, value: Any, *, ttl: float | None = None) -> bool:
        """Invalidate a key and keep a value for it, after the change is committed.

        A change that is committed meanwhile invalidates it, too. Returns and raises as
        `invalidate`.
        """

        async def known() -> Any:
            return value

        was_told = await self.invalidate(key)
        await self.get(key, known, ttl=ttl)
        return was_told

    def _check(self, key: object) -> None:
        check_key(key)
        if self._listening is None:
            raise RuntimeError("a Cache works inside `async with`")
        if self._listening.get_loop() is not asyncio.get_running_loop():
            raise RuntimeError("a Cache works in the event loop that entered it")

    async def invalidate(self, *keys: str, prefix: str | None = None) -> bool:
        """Forget keys, here and in every process of every version and region, and what is being
        fetched for them now.

        Call it after the change is committed. False says that the Redis of a region cannot be
        reached: it will be told as soon as it can be, by this process if that lives, and until
        then other processes may return the old value, from memory for up to `local_ttl`.

        Args:
            keys: The keys.
            prefix: Also forget all keys that begin with this. Redis reads all its keys for it, so
                it is for rare changes.

        Raises:
            TypeError, ValueError: a key is no text, or not in Unicode; nothing was forgotten.
        """
        for key in (*keys, *([] if prefix is None else [prefix])):
            self._check(key)
        messages = list(Message.of(self._parts.id, keys, prefix))
        for message in messages:
            self._parts.held.apply(message)
        return await self._parts.regions.tell(messages)
