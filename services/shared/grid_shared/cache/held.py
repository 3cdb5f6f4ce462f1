"""Values that a process holds, and its running loads."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from grid_shared.cache.entry import Entry
from grid_shared.cache.flight import Flight
from grid_shared.cache.memory import Memory
from grid_shared.cache.message import Message


@dataclass(slots=True)
class Held:
    """Values, flights and refreshes by key. A load that is invalidated meanwhile is not kept."""

    memory: Memory
    flights: dict[str, Flight] = field(default_factory=dict)
    refreshes: dict[str, asyncio.Task[Entry | None]] = field(default_factory=dict)

    def forget(self, keys: Iterable[str]) -> None:
        """Forget keys."""
        for key in keys:
            self.memory.remove(key)
            self.flights.pop(key, None)
            self.refreshes.pop(key, None)

    def forget_prefix(self, prefix: str) -> None:
        """Forget all keys that begin with this."""
        self.memory.remove_prefix(prefix)
        loading = (*self.flights, *self.refreshes)
        self.forget([key for key in loading if key.startswith(prefix)])

    def apply(self, message: Message) -> None:
        """Forget what another process invalidated."""
        self.forget(message.keys)
        if message.prefix is not None:
            self.forget_prefix(message.prefix)
        if message.tags:
            tags = set(message.tags)
            loading = [key for key, flight in self.flights.items() if flight.tags & tags]
            self.forget([*loading, *self.memory.tagged(tags)])

    def forget_all(self) -> None:
        """Forget everything: it can be older than a change that was missed."""
        self.memory.clear()
        self.flights.clear()
        self.refreshes.clear()
