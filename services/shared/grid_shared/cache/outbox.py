"""Invalidations that Redis has not received yet."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from itertools import islice

from grid_shared.cache.message import Message
from grid_shared.cache.redis_link import UnreachableError
from grid_shared.cache.redis_store import RedisStore

BATCH = 500
"""Keys of one message and one script: others wait for less than a millisecond."""
MAX_KEYS = 100_000
"""Keys that are kept. With more, everything is invalidated when Redis is reachable."""

logger = logging.getLogger(__name__)


class Outbox:
    """Keys and prefixes whose invalidation waits for Redis, which this process then sends."""

    def __init__(self, shared: RedisStore, sender: str) -> None:
        self._shared, self._sender = shared, sender
        self._keys: dict[str, int] = {}
        self._prefixes: dict[str, int] = {}
        self._count = 0
        self._sending = asyncio.Lock()

    def __contains__(self, key: str) -> bool:
        """Return whether the value of a key in Redis is outdated."""
        return key in self._keys or any(key.startswith(prefix) for prefix in self._prefixes)

    def __len__(self) -> int:
        """Return how many keys and prefixes wait."""
        return len(self._keys) + len(self._prefixes)

    def add(self, keys: Iterable[str]) -> None:
        """Add keys."""
        self._count += 1
        for key in keys:
            self._keys[key] = self._count
        if len(self._keys) > MAX_KEYS:
            logger.error("%d invalidations wait for Redis; all keys are invalidated", MAX_KEYS)
            self._keys.clear()
            self.add_prefix("")

    def add_prefix(self, prefix: str) -> None:
        """Add all keys that begin with a prefix."""
        self._count += 1
        self._prefixes[prefix] = self._count

    async def send(self) -> bool:
        """Send what waits; return whether Redis has all of it. Nothing is sent twice: that would
        discard new fetches.
        """
        async with self._sending:
            try:
                for prefix, number in list(self._prefixes.items()):
                    await self._send_keys(await self._shared.keys(prefix), prefix)
                    _remove(self._prefixes, prefix, number)
                while batch := dict(islice(self._keys.items(), BATCH)):
                    await self._send_keys(list(batch))
                    for key, number in batch.items():
                        _remove(self._keys, key, number)
            except UnreachableError:
                return False
        return True

    async def _send_keys(self, keys: Sequence[str], prefix: str | None = None) -> None:
        """Send batches of keys. The prefix is for values that only other processes have."""
        for start in range(0, max(len(keys), 1), BATCH):
            batch = keys[start : start + BATCH]
            message = Message(self._sender, list(batch), prefix)
            await self._shared.invalidate(batch, message.dump())


def _remove(pending: dict[str, int], name: str, number: int) -> None:
    if pending.get(name) == number:  # else invalidated again meanwhile
        del pending[name]
