"""Replacement of Redis in a cache without Redis."""

import contextlib
from collections.abc import AsyncIterator, Sequence

from grid_shared.cache.entry import Entry
from grid_shared.cache.message import Message
from grid_shared.cache.redis_store import Lookup


class LocalStore:
    """A store that keeps nothing and gives everyone the lock: this process is the only one."""

    async def read(self, _key: str, _tags: tuple[str, ...] = (), *, lock: bool = False) -> Lookup:
        """Find nothing."""
        return Lookup(None, "lock" if lock else None)

    async def store(self, _key: str, _entry: Entry, _token: str) -> bool:
        """Return True: memory may keep it."""
        return True

    async def unlock(self, _key: str, _token: str) -> None:
        """Do nothing."""

    @contextlib.asynccontextmanager
    async def renewed(self, _key: str, _token: str | None) -> AsyncIterator[None]:
        """Run the block."""
        yield

    async def apply(self, _messages: Sequence[Message]) -> None:
        """Do nothing."""
