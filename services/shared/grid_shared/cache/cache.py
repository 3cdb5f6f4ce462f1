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
    """Cache of the values of one namespace. Enter it with `async with`, in one event loop.

    A value has the form that the serializer returns, also right after a fetch: with JSON, a tuple
    becomes a list. Every caller gets its own copy, unless the configuration shares values. None is
    also a value: the object does not exist.
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
        Without `redis`, values are kept in this process only, for their whole `ttl`.
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
        """Connect, for at most 1 s, and subscribe to invalidations."""
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
        """Stop, and cancel running fetches. The Redis clients stay open."""
        self._loop = None
        await self._background.cancel()

    async def close_clients(self) -> None:
        """Close the Redis clients. Call it only if no other cache uses them."""
        for client in (self._redis, *self._others.values()):
            if client:
                await client.aclose()

    @property
    def subscribed(self) -> bool:
        """Whether this cache receives invalidations of other processes; True without Redis."""
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

        Concurrent calls for the same key share one fetch, in this process and across processes. If
        an older value is within its stale limit, a call waits for `soft_timeout` and then returns
        the older value. If Redis is unavailable, `fetch` loads the value.

        Args:
            key: Any string.
            fetch: Function that loads the value. The cache runs it as a task. If this call is
                cancelled and its fetch fails, the cache runs the fetch of another waiting call.
            ttl: Seconds for which this value is fresh, instead of the configured `ttl`.
            tags: Tags to invalidate the value by. Always pass the same tags for a key: a value
                with other tags is fetched again.

        Raises:
            Exception: what `fetch` raises, if no older value is within its stale limit.
            TimeoutError: `fetch` took longer than `fetch_timeout`, likewise.
            TypeError, ValueError: the key is no string, or not valid Unicode.
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
        """Return the values of keys, and fetch the missing ones together.

        Args:
            keys: Any strings.
            fetch: Function that loads the values of several keys: None for a key without a value.
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

        A change that is committed meanwhile also invalidates it. Returns and raises the same as
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
        """Invalidate keys in every process of every version and region, and discard their
        running fetches.

        Call it after the change is committed. False means that the Redis of a region is
        unreachable. This process then sends the invalidation again until Redis accepts it or the
        process ends. Until then other processes can return the old value, from memory for up to
        `local_ttl`.

        Args:
            keys: The keys.
            prefix: Also invalidate all keys that begin with this. Redis scans all its keys for
                it, so use it for rare changes only.
            tags: Also invalidate all values with one of these tags. The cost does not depend on
                the number of values.

        Raises:
            TypeError, ValueError: a key is no string, or not valid Unicode. Nothing was
                invalidated.
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
