"""Invalidations that the Redis of a region has not received yet."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from grid_shared.cache.invalidation_store import batch_messages
from grid_shared.cache.message import Message
from grid_shared.cache.redis_link import UnreachableError

MAX_KEYS = 100_000
"""Keys that are kept. With more, everything is invalidated when Redis is reachable."""

logger = logging.getLogger(__name__)


class Applies(Protocol):
    """Where messages are sent."""

    async def apply(self, messages: Sequence[Message], /) -> None:
        """Apply messages.

        Raises:
            UnreachableError: it cannot be reached.
        """


class Outbox:
    """Messages that wait for Redis, in their order. The last of equal ones is sent."""

    def __init__(self, store: Applies, sender: str) -> None:
        self._store, self._sender = store, sender
        self._messages: dict[tuple[object, ...], Message] = {}
        self._keys: Counter[str] = Counter()
        self._count = 0
        self._sending = asyncio.Lock()

    def is_about(self, key: str, tags: Iterable[str]) -> bool:
        """Return whether the value of a key with these tags is outdated in Redis."""
        return key in self._keys or any(
            (message.prefix is not None and key.startswith(message.prefix))
            or not set(message.tags).isdisjoint(tags)
            for message in self._others()
        )

    def __len__(self) -> int:
        """Return how many keys, tags and prefixes wait."""
        return self._count

    def _others(self) -> Iterator[Message]:
        if self._count > len(self._keys):  # else each message names keys
            for message in self._messages.values():
                if not message.keys:
                    yield message

    def add(self, messages: Iterable[Message]) -> None:
        """Add messages."""
        for message in messages:
            self._remove(self._messages.get(message.subject))
            self._messages[message.subject] = message
            self._keys.update(message.keys)
            self._count += len(message)
        if self._count > MAX_KEYS:
            logger.error("%d invalidations wait for Redis; all keys are invalidated", MAX_KEYS)
            self._messages.clear()
            self._keys.clear()
            self._count = 0
            self.add([Message(self._sender, prefix="")])

    def _remove(self, message: Message | None) -> None:
        """Remove a message, unless an equal one was added later."""
        if message and self._messages.get(message.subject) is message:
            del self._messages[message.subject]
            self._count -= len(message)
            self._keys.subtract(message.keys)
            for key in message.keys:
                if not self._keys[key]:
                    del self._keys[key]

    async def send(self) -> bool:
        """Send what waits; return whether Redis has all of it."""
        async with self._sending:
            try:
                while self._messages:
                    batch = next(batch_messages(self._messages.values()))
                    await self._store.apply(batch)
                    for message in batch:
                        self._remove(message)
            except UnreachableError:
                return False
        return True
