"""Three-level cache: process memory (L1), Redis (L2), and the data source (L3)."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType, TracebackType
from typing import Any, Generic, ParamSpec, Self

from opentelemetry.metrics import MeterProvider
from redis.asyncio import Redis
from redis.exceptions import RedisError
from typing_extensions import TypeVar

from grid_shared.cache.batcher import Batcher
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.connection import warm_up
from grid_shared.cache.decorator import CachedFunction
from grid_shared.cache.message import Message
from grid_shared.cache.metrics import State
from grid_shared.cache.parts import Parts
from grid_shared.cache.request import Request, check_key, check_tags
from grid_shared.cache.serializer import Json, Serializer

Value = TypeVar("Value", default=Any)
Parameters = ParamSpec("Parameters")
Fetch = Callable[[], Awaitable[Value]]
FetchMany = Callable[[list[str]], Awaitable[Mapping[str, Value]]]
MAX_FETCH = 1000
"""Keys that one fetch of `get_many` loads."""


class Cache(Generic[Value]):
    """The values of one namespace. Enter it with `async with`; one event loop uses it.

    A value is what the serializer returns, whether it was just fetched or kept: with JSON a tuple
    comes back as a list. Every caller has a copy of its own, unless the configuration shares
    values. None is a value, too: it says that there is no such thing.
    """

    def __init__(
        self,
        redis: Redis | None,
        config: CacheConfig,
        *,
        others: Mapping[str, Redis] = MappingProxyType({}),
        serializer: Serializer[Value] | None = None,
        meters: MeterProvider | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        """Create a cache. Each client is for one region: `redis` for this one, `others` by name.
        Without `redis` values are kept in this process only, for their whole `ttl`.
        """
        self._redis, self._others = redis, others
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
        self._loop: asyncio.AbstractEventLoop | None = None
        self._parts.metrics.observe(self._state)

    async def __aenter__(self) -> Self:
        """Connect, for a second at most, and begin to hear invalidations."""
        parts = self._parts
        if self._redis:
            try:
                await warm_up(self._redis)
            except (RedisError, OSError) as error:  # TimeoutError is an OSError
                parts.metrics.record_error(error)
        for part in (parts.invalidations, parts.regions):
            if part:
                self._background.start(part.run())
        self._loop = asyncio.get_running_loop()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; what is being fetched is cancelled. The Redis clients are not ours to close."""
        self._loop = None
        await self._background.cancel()

    async def close_clients(self) -> None:
        """Close the Redis clients, where no other cache uses them."""
        for client in (self._redis, *self._others.values()):
            if client:
                await client.aclose()

    @property
    def subscribed(self) -> bool:
        """Whether invalidations of other processes are received at the moment, if there can be."""
        return self._parts.invalidations is None or self._parts.invalidations.connected

    def _state(self) -> State | None:
        if self._loop is None:
            return None
        regions = self._parts.regions
        pending = regions.pending if regions else 0
        return State(self._parts.breaker.is_open, self.subscribed, pending)

    async def get(
        self,
        key: str,
        fetch: Fetch[Value],
        *,
        ttl: float | None = None,
        tags: Iterable[str] = (),
    ) -> Value:
        """Return the value of `key` from the first level that has it; `fetch` is the last.

        Calls for the same key at once share one fetch, in this process and among all. Where an
        older value is within its stale limit, a call waits for `soft_timeout` and then gets it.
        Redis never makes this fail; it is then the fetcher that answers.

        Args:
            key: Any text.
            fetch: What loads the value. The cache runs it, and no other call depends on this one:
                if this call is cancelled and its fetch fails, another call's fetch is used.
            ttl: Seconds that this value is fresh, instead of the configured `ttl`.
            tags: What the value can be invalidated by. The tags of a key are always the same: a
                value with others is fetched again.

        Raises:
            Exception: what `fetch` raises, if no older value is within its stale limit.
            TimeoutError: `fetch` took longer than `fetch_timeout`, likewise.
            TypeError, ValueError: the key is no text, or not in Unicode.
            RuntimeError: outside of `async with`, or in another event loop.
        """
        self._check(key)
        value: Value = await self._parts.reader.get(Request(key, fetch, ttl, check_tags(tags)))
        return value

    async def get_many(
        self,
        keys: Iterable[str],
        fetch: FetchMany[Value],
        *,
        ttl: float | None = None,
        tags: Iterable[str] = (),
    ) -> dict[str, Value | None]:
        """Return the values of keys; those that are kept nowhere are fetched together.

        Args:
            keys: Any texts.
            fetch: What loads the values of several keys; a key without a value is None.
            ttl: As in `get`.
            tags: As in `get`, of all the keys.

        Raises:
            As `get`, for any of the keys.
        """
        tags = check_tags(tags)

        async def fetch_all(missing: list[str]) -> list[Value | None]:
            values = await fetch(missing)
            return [values.get(key) for key in missing]

        fetches: Batcher[str, Any] = Batcher(
            fetch_all, limit=MAX_FETCH, run_in_background=self._background.start
        )
        unique = list(dict.fromkeys(keys))
        values = await asyncio.gather(
            *(self.get(key, partial(fetches.load, key), ttl=ttl, tags=tags) for key in unique)
        )
        return dict(zip(unique, values, strict=True))

    async def set(
        self, key: str, value: Value, *, ttl: float | None = None, tags: Iterable[str] = ()
    ) -> bool:
        """Invalidate a key and keep a value for it, after the change is committed.

        A change that is committed meanwhile invalidates it, too. Returns and raises as
        `invalidate`.
        """

        async def known() -> Value:
            return value

        was_told = await self.invalidate(key)
        await self.get(key, known, ttl=ttl, tags=tags)
        return was_told

    def _check(self, key: object) -> None:
        check_key(key)
        if self._loop is None:
            raise RuntimeError("a Cache works inside `async with`")
        if self._loop is not asyncio.get_running_loop():
            raise RuntimeError("a Cache works in the event loop that entered it")

    async def invalidate(
        self, *keys: str, prefix: str | None = None, tags: Iterable[str] = ()
    ) -> bool:
        """Forget keys, here and in every process of every version and region, and what is being
        fetched for them now.

        Call it after the change is committed. False says that the Redis of a region cannot be
        reached: it will be told as soon as it can be, by this process if that lives, and until
        then other processes may return the old value, from memory for up to `local_ttl`.

        Args:
            keys: The keys.
            prefix: Also forget all keys that begin with this. Redis reads all its keys for it, so
                it is for rare changes.
            tags: Also forget all values with one of these; this costs the same for any number.

        Raises:
            TypeError, ValueError: a key is no text, or not in Unicode; nothing was forgotten.
        """
        for key in (*keys, *([] if prefix is None else [prefix])):
            self._check(key)
        messages = list(Message.of(self._parts.id, keys, prefix, check_tags(tags)))
        for message in messages:
            self._parts.held.apply(message)
        return await self._parts.regions.tell(messages) if self._parts.regions else True

    def cached(
        self, key: str, *, ttl: float | None = None, tags: Sequence[str] = ()
    ) -> Callable[[Callable[Parameters, Awaitable[Value]]], CachedFunction[Parameters, Value]]:
        """Return a decorator that reads the results of a function through this cache.

        Args:
            key: The key, with parameters of the function: `user:{user_id}`. They are text,
                integers or UUIDs.
            ttl: As in `get`.
            tags: As in `get`, with parameters.
        """
        return partial(CachedFunction, self, key=key, ttl=ttl, tags=tags)
