"""How a value that is not in this process is got: from Redis, or by one process's fetch."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from typing import Any

from grid_shared.cache.config import CacheConfig
from grid_shared.cache.entry import Entry
from grid_shared.cache.metrics import Level, Metrics
from grid_shared.cache.serializer import Serializer
from grid_shared.cache.shared import Look, Shared, UnreachableError

FIRST_PAUSE = 0.005
"""Seconds, ± 50 %, before Redis is first asked whether another process has fetched."""
LONGEST_PAUSE = 0.1
"""To which that doubles."""
Fetch = Callable[[], Awaitable[Any]]


class Loader:
    """Reads Redis, waits for other processes, fetches and stores."""

    def __init__(
        self,
        shared: Shared,
        config: CacheConfig,
        *,
        serializer: Serializer,
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
        self, key: str, fetch: Fetch, older: Entry | None, *, trusted: bool
    ) -> tuple[Entry, Level, bool]:
        """Load a value from Redis or by a fetch, ours or another process's; say whether to keep it.

        `older` is what this process still has. Where Redis is not `trusted` it is not asked.
        """
        look, waited = await self._look(key) if trusted else (Look(None), False)
        if look.entry and self._clock() < look.entry.fresh_until:
            if look.token:
                await self._shared.unlock(key, look.token)
            return self._local(look.entry), Level.SHARED if waited else Level.L2, True
        try:
            entry, keep = await self._fetch(key, fetch, look.token)
        except Exception as error:
            now = self._clock()
            older = look.entry or older
            if not older or now >= older.expires:
                raise
            self._metrics.failed(error)
            return older.local(now + self._config.stale_retry), Level.STALE, True
        return entry, Level.FETCH, keep

    async def _look(self, key: str) -> tuple[Look, bool]:
        """Read Redis until the value is there, the fetch is ours, or waiting has an end."""
        pause, waited = FIRST_PAUSE, False
        deadline = self._clock() + self._config.wait
        look = Look(None)
        with contextlib.suppress(UnreachableError):
            look = self._readable(await self._shared.look(key))
            while not self._settled(look):
                look = self._readable(await self._shared.look(key, lock=True))
                if self._settled(look) or self._clock() >= deadline:
                    break
                waited = True
                await asyncio.sleep(pause * self._rng.uniform(0.5, 1.5))
                pause = min(2 * pause, LONGEST_PAUSE)
        return look, waited

    def _settled(self, look: Look) -> bool:
        fresh = look.entry and self._clock() < look.entry.fresh_until
        return bool(fresh or look.token)

    def _readable(self, look: Look) -> Look:
        if look.entry:
            try:
                self._serializer.loads(look.entry.payload)
            except ValueError as error:
                self._metrics.failed(error)
                return Look(None, look.token)
        return look

    async def refresh(self, key: str, fetch: Fetch, older: Entry) -> Entry | None:
        """Load a newer value than `older`; None if another process does, or if it fails."""
        try:
            look = self._readable(await self._shared.look(key, lock=True))
        except UnreachableError:
            return None
        if look.entry and look.entry.fresh_until > older.fresh_until + self._config.redis_timeout:
            if look.token:
                await self._shared.unlock(key, look.token)
            return self._local(look.entry)
        if not look.token:
            return None
        try:
            entry, keep = await self._fetch(key, fetch, look.token)
        except Exception as error:  # noqa: BLE001 - nobody waits; the value is still fresh
            self._metrics.failed(error)
            return None
        self._metrics.refreshed()
        return entry if keep else None

    async def _fetch(self, key: str, fetch: Fetch, token: str | None) -> tuple[Entry, bool]:
        """Fetch, and store if the lock is ours; whether to keep it in this process."""
        started = self._clock()
        try:
            async with asyncio.timeout(self._config.fetch_timeout):
                value = await fetch()
            payload = self._serializer.dumps(value)
        except BaseException:
            if token:
                await self._shared.unlock(key, token)
            raise
        config, now = self._config, self._clock()
        negative = value is None
        lasts = config.negative_ttl if negative else config.ttl
        lasts *= self._rng.uniform(1 - config.jitter, 1 + config.jitter)
        stale = 0.0 if negative else config.stale
        entry = self._local(Entry(payload, now - started, stale, now + lasts + stale))
        if not token:
            return entry, True
        if lasts + stale < 0.001:  # Redis counts in milliseconds and refuses 0
            await self._shared.unlock(key, token)
            return entry, False
        try:
            return entry, await self._shared.store(key, entry, token)
        except UnreachableError:
            return entry, True

    def _local(self, entry: Entry) -> Entry:
        return entry.local(min(self._clock() + self._config.local_ttl, entry.fresh_until))
