"""A value that is being loaded, and the calls that wait for it."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from grid_shared.cache.entry import Entry
from grid_shared.cache.metrics import Level

Loaded = tuple[Entry, Level]


class Flight:
    """The loading of one key, begun by one call and shared by those that come meanwhile."""

    def __init__(
        self,
        task: asyncio.Task[Loaded],
        soft_deadline: float,
        older: Entry | None,
        tags: Iterable[str] = (),
    ) -> None:
        """From `soft_deadline` of the process's clock on, calls get an older value, if any."""
        self.task, self.tags = task, frozenset(tags)
        self._soft_deadline = soft_deadline
        self._older: asyncio.Future[Entry] = asyncio.get_running_loop().create_future()
        if older:
            self.offer(older)
        self.abandoned = False
        """Whether the call that began it was cancelled. Its fetch may depend on that call, so a
        failure is not the answer for the others."""

    def offer(self, older: Entry) -> None:
        """Let calls have a value that is past its freshness."""
        if not self._older.done():
            self._older.set_result(older)

    async def join(self, clock: Callable[[], float]) -> Loaded:
        """Wait for the value, or return the older one.

        Raises:
            Exception: what the fetch raises.
        """
        if not self.task.done():
            await asyncio.wait({self.task}, timeout=max(0, self._soft_deadline - clock()))
        if not self.task.done():
            waiting: set[asyncio.Future[Any]] = {self.task, self._older}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not self.task.done() and clock() < self._older.result().expires:
            return self._older.result(), Level.STALE
        return await asyncio.shield(self.task)
