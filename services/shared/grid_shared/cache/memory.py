"""The first level: entries in this process."""

from collections.abc import Callable

from cachetools import TLRUCache

from grid_shared.cache.entry import Entry

OVERHEAD = 300
"""Bytes that an entry takes beside its payload and key, about."""


class Memory:
    """Entries by key, bounded in bytes and gone when Redis drops them."""

    def __init__(self, max_bytes: int, clock: Callable[[], float]) -> None:
        self._entries: TLRUCache[str, Entry] = TLRUCache(
            max_bytes,
            ttu=lambda _key, entry, _now: entry.expires,
            timer=clock,
            getsizeof=lambda entry: len(entry.payload) + OVERHEAD,
        )

    def get(self, key: str) -> Entry | None:
        """Return an entry that Redis still has, fresh or stale."""
        return self._entries.get(key)

    def put(self, key: str, entry: Entry) -> None:
        """Keep an entry, unless it alone is larger than the bound."""
        if len(entry.payload) + OVERHEAD <= self._entries.maxsize:
            self._entries[key] = entry

    def remove(self, key: str) -> None:
        """Forget one entry."""
        self._entries.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()
