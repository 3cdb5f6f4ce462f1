"""Reads of single keys: from memory, or by a flight that calls share."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

from grid_shared.cache.background import Background
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.entry import Entry
from grid_shared.cache.flight import Flight, Loaded
from grid_shared.cache.held import Held
from grid_shared.cache.loader import Loader
from grid_shared.cache.metrics import Level, Metrics
from grid_shared.cache.outbox import Outbox
from grid_shared.cache.request import Request

LARGE = 1 << 16
"""Bytes of a value whose decoding others notice: a millisecond, and more."""


class Reader:
    """Reads for one cache."""

    def __init__(
        self,
        config: CacheConfig,
        held: Held,
        loader: Loader,
        outbox: Outbox,
        background: Background,
        *,
        metrics: Metrics,
        clock: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._config, self._held, self._loader = config, held, loader
        self._outbox, self._background = outbox, background
        self._metrics, self._clock, self._rng = metrics, clock, rng

    async def get(self, request: Request) -> Any:
        """Return a value, as `Cache.get`."""
        key = request.key
        started = self._clock()
        while True:
            stored = self._held.memory.get(key)
            if stored and started < stored.local_until:
                entry, level = stored, Level.L1 if started < stored.fresh_until else Level.STALE
                break
            flight = self._held.flights.get(key)
            begins = flight is None
            flight = flight or self._begin(request, stored)
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
        self._refresh_early(request, entry)
        if len(entry.payload) > LARGE:
            await asyncio.sleep(0)  # else the calls that share a flight decode in one go
        value = self._held.memory.decode(key, entry)
        self._metrics.record_read(level, self._clock() - started)
        return value

    def _begin(self, request: Request, older: Entry | None) -> Flight:
        key = request.key
        # If Redis has not received the invalidation of the key, its value is outdated.
        trusted = not self._outbox.is_about(key, request.tags)

        async def load() -> Loaded:
            entry, level, keep = await self._loader.load(
                request, older, trusted=trusted, on_older=flight.offer
            )
            if keep and self._held.flights.get(key) is flight:  # else invalidated meanwhile
                self._held.memory.put(key, entry)
            return entry, level

        def end() -> None:
            if self._held.flights.get(key) is flight:
                del self._held.flights[key]

        soft_deadline = self._clock() + self._config.soft_timeout
        task = self._background.start(load(), end)
        flight = Flight(task, soft_deadline, older, request.tags)
        self._held.flights[key] = flight
        return flight

    def _refresh_early(self, request: Request, entry: Entry) -> None:
        key = request.key
        lead = entry.lead(self._config.early, self._rng)
        if not 0 < entry.fresh_until - self._clock() <= lead:
            return
        # Where the outbox has the key, the value in Redis is outdated, and can expire after ours.
        if key in self._held.refreshes or key in self._held.flights:
            return
        if self._outbox.is_about(key, request.tags):
            return

        async def refresh() -> Entry | None:
            newer = await self._loader.refresh(request, entry)
            # A value that was dropped from memory meanwhile may have been invalidated by a tag.
            held = self._held.refreshes.get(key) is task and self._held.memory.get(key)
            if newer and held:
                self._held.memory.put(key, newer)
            return newer

        def end() -> None:
            if self._held.refreshes.get(key) is task:
                del self._held.refreshes[key]

        task = self._background.start(refresh(), end)
        self._held.refreshes[key] = task
