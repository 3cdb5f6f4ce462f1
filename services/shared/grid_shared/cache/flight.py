"""A value that is being loaded, and the calls that wait for it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from grid_shared.cache.entry import Entry
from grid_shared.cache.metrics import Level

Loaded = tuple[Entry, Level]


@dataclass(slots=True, eq=False)
class Flight:
    """The loading of one key, begun by one call and shared by those that come meanwhile."""

    task: asyncio.Task[Loaded]
    soft_deadline: float
    """The process's clock from which calls get the older value."""
    older: Entry | None = None
    """A value that calls may get instead of waiting; it is past its freshness."""
    abandoned: bool = False
    """Whether the call that began it was cancelled. Its fetch may depend on that call, so a
    failure is not the answer for the others."""

    async def join(self, clock: Callable[[], float]) -> Loaded:
        """Wait for the value; from `soft_deadline` on, return the older one.

        Raises:
            Exception: what the fetch raises.
        """
        if not self.task.done():
            await asyncio.wait({self.task}, timeout=max(0, self.soft_deadline - clock()))
            if not self.task.done() and self.older and clock() < self.older.expires:
                return self.older, Level.STALE
        return await asyncio.shield(self.task)
