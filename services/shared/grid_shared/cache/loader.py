"""Loading of a value that is not in memory: from Redis, or by a fetch in one process."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from grid_shared.cache.config import CacheConfig
from grid_shared.cache.entry import Entry
from grid_shared.cache.metrics import Level, Metrics
from grid_shared.cache.redis_link import UnreachableError
from grid_shared.cache.redis_store import Lookup
from grid_shared.cache.request import Request
from grid_shared.cache.serializer import Serializer

MIN_PAUSE = 0.005
"""Seconds, ± 50 %, before Redis is first asked whether another process has fetched."""
MAX_PAUSE = 0.1
"""To which that doubles."""


class Store(Protocol):
    """The level that all processes share."""

    async def read(self, key: str, tags: tuple[str, ...] = (), /, *, lock: bool = False) -> Lookup:
        """Read a key; with `lock`, also try to get the lock for its fetch."""

    async def store(self, key: str, entry: Entry, token: str, /) -> bool:
        """Store an entry and release the lock; False if the lock is no longer held."""

    async def unlock(self, key: str, token: str, /) -> None:
        """Release the lock."""

    def renewed(
        self, key: str, token: str | None, /
    ) -> contextlib.AbstractAsyncContextManager[None]:
        """Renew a lock while the block runs."""


class Loader:
    """Reads Redis, waits for other processes, fetches and stores."""

    def __init__(
        self,
        shared: Store,
        config: CacheConfig,
        *,
        serializer: Serializer[Any],
        metrics: Metrics,
        clock: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._shared = shared
        self._config = config
        self._serializer = serializer
        self._metrics = metrics
        self._clock = clock
        self._rng = rng

    async def load(
        self,
        request: Request,
        older: Entry | None,
        *,
        trusted: bool,
        on_older: Callable[[Entry], None],
    ) -> tuple[Entry, Level, bool]:
        """Load a value from Redis, or by a fetch of this or another process. Return also whether
        this process may keep it.

        `older` is the value that this process still has. Redis is read only if it is `trusted`.
        `on_older` is called with an older value of Redis as soon as it is read.
        """
        lookup, waited = await self._find(request, on_older) if trusted else (Lookup(None), False)
        if lookup.entry and self._clock() < lookup.entry.fresh_until:
            if lookup.token:
                await self._shared.unlock(request.key, lookup.token)
            return self._local(lookup.entry), Level.SHARED if waited else Level.L2, True
        try:
            entry, keep = await self._fetch(request, lookup)
        except Exception as error:
            now = self._clock()
            older = lookup.entry or older
            if not older or now >= older.expires:
                raise
            self._metrics.record_error(error)
            return older.local(now + self._config.stale_retry), Level.STALE, True
        return entry, Level.FETCH, keep

    async def _find(
        self, request: Request, on_older: Callable[[Entry], None]
    ) -> tuple[Lookup, bool]:
        """Read Redis until it has the value or this process gets the lock.

        Another process fetches meanwhile, and renews its lock. The wait ends after the time of two
        fetches.
        """
        pause, waited = MIN_PAUSE, False
        deadline = self._clock() + 2 * (self._config.fetch_timeout + self._config.lease)
        lookup = Lookup(None)
        with contextlib.suppress(UnreachableError):
            key, tags = request.key, request.tags
            lookup = self._drop_unreadable(await self._shared.read(key, tags))
            while not self._is_final(lookup):
                lookup = self._drop_unreadable(await self._shared.read(key, tags, lock=True))
                if lookup.entry:
                    on_older(lookup.entry)
                if self._is_final(lookup) or self._clock() >= deadline:
                    break
                waited = True
                await asyncio.sleep(pause * self._rng.uniform(0.5, 1.5))
                pause = min(2 * pause, MAX_PAUSE)
        return lookup, waited

    def _is_final(self, lookup: Lookup) -> bool:
        fresh = lookup.entry and self._clock() < lookup.entry.fresh_until
        return bool(fresh or lookup.token)

    def _drop_unreadable(self, lookup: Lookup) -> Lookup:
        if lookup.entry:
            try:
                self._serializer.loads(lookup.entry.payload)
            except ValueError as error:
                self._metrics.record_error(error)
                return Lookup(None, lookup.token, lookup.stamp)
        return lookup

    async def refresh(self, request: Request, older: Entry) -> Entry | None:
        """Load a newer value than `older`; None if another process loads it or the fetch fails."""
        try:
            lookup = self._drop_unreadable(
                await self._shared.read(request.key, request.tags, lock=True)
            )
        except UnreachableError:
            return None
        if (
            lookup.entry
            and lookup.entry.fresh_until > older.fresh_until + self._config.redis_timeout
        ):
            if lookup.token:
                await self._shared.unlock(request.key, lookup.token)
            return self._local(lookup.entry)
        if not lookup.token:
            return None
        try:
            entry, keep = await self._fetch(request, lookup)
        except Exception as error:  # noqa: BLE001 - nobody waits; the value is still fresh
            self._metrics.record_error(error)
            return None
        self._metrics.record_refresh()
        return entry if keep else None

    async def _fetch(self, request: Request, lookup: Lookup) -> tuple[Entry, bool]:
        """Fetch, and store with the lock held; return also whether this process may keep it."""
        key, token = request.key, lookup.token
        started = self._clock()
        try:
            async with (
                self._shared.renewed(key, token),
                asyncio.timeout(self._config.fetch_timeout),
            ):
                value = await request.fetch()
            payload = self._serializer.dumps(value)
        except BaseException:
            if token:
                await self._shared.unlock(key, token)
            raise
        cost = self._clock() - started
        entry = self._entry(payload, request.ttl, is_none=value is None, cost=cost)
        entry = replace(entry, tags=request.tags, stamp=lookup.stamp)
        if not token:
            return entry, True
        if entry.expires - self._clock() < 0.001:  # Redis counts in milliseconds and rejects 0
            await self._shared.unlock(key, token)
            return entry, False
        try:
            return entry, await self._shared.store(key, entry, token)
        except UnreachableError:
            return entry, True

    def _entry(self, payload: bytes, ttl: float | None, *, is_none: bool, cost: float) -> Entry:
        """Return a new entry, with its times drawn."""
        config = self._config
        if is_none:
            ttl = config.negative_ttl
        elif ttl is None:
            ttl = config.ttl
        ttl *= self._rng.uniform(1 - config.jitter, 1 + config.jitter)
        stale = 0.0 if is_none else config.stale
        return self._local(Entry(payload, cost, stale, self._clock() + ttl + stale))

    def _local(self, entry: Entry) -> Entry:
        return entry.local(min(self._clock() + self._config.local_ttl, entry.fresh_until))
