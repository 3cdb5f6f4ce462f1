"""The first level: the values of this process."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from cachetools import TLRUCache

from grid_shared.cache.entry import Entry
from grid_shared.cache.serializer import Serializer

OVERHEAD = 700
"""Bytes of an entry in addition to its payload and key: 630 measured with CPython 3.11, and the
reserve of a growing dictionary."""
DECODED = 10
"""Size of a decoded value as a multiple of its encoded size: small numbers in a list."""


@dataclass(slots=True)
class _Stored:
    entry: Entry
    size: int
    value: Any = None
    is_decoded: bool = False


class Memory:
    """Entries by key, bounded in bytes and gone when Redis drops them."""

    def __init__(
        self,
        max_bytes: int,
        clock: Callable[[], float],
        serializer: Serializer[Any],
        *,
        shares_values: bool,
    ) -> None:
        self._serializer, self._shares_values = serializer, shares_values
        self._entries: TLRUCache[str, _Stored] = TLRUCache(
            max_bytes,
            ttu=lambda _key, stored, _now: stored.entry.expires,
            timer=clock,
            getsizeof=lambda stored: stored.size,
        )

    def get(self, key: str) -> Entry | None:
        """Return an entry that Redis still has, fresh or stale."""
        stored = self._entries.get(key)
        return stored.entry if stored else None

    def put(self, key: str, entry: Entry) -> None:
        """Keep an entry, unless it alone is larger than the bound."""
        factor = 1 + DECODED if self._shares_values else 1
        size = factor * len(entry.payload) + len(key.encode()) + OVERHEAD
        if size <= self._entries.maxsize:
            self._entries[key] = _Stored(entry, size)

    def decode(self, key: str, entry: Entry) -> Any:
        """Return the value of an entry; the same object each time if values are shared."""
        stored = self._entries.get(key) if self._shares_values else None
        if stored is None or stored.entry is not entry:
            return self._serializer.loads(entry.payload)
        if not stored.is_decoded:
            stored.value, stored.is_decoded = self._serializer.loads(entry.payload), True
        return stored.value

    def remove(self, key: str) -> None:
        """Forget one entry."""
        self._entries.pop(key, None)

    def remove_prefix(self, prefix: str) -> None:
        """Forget all entries whose keys begin with this."""
        for key in [key for key in self._entries if key.startswith(prefix)]:
            self.remove(key)

    def tagged(self, tags: Set[str]) -> list[str]:
        """Return the keys whose values have one of these tags."""
        entries = ((key, stored.entry) for key, stored in self._entries.items())
        return [key for key, entry in entries if not tags.isdisjoint(entry.tags)]

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()
