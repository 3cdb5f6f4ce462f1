"""Slots for requests, one for each connection of a client."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from redis.asyncio import ConnectionPool, Redis


class Slots:
    """Slots that urgent requests get first, and other requests in order of arrival.

    Requests wait here and not inside redis-py, which reports a burst of calls and an unresponsive
    Redis in the same way. The release of a lock is urgent: behind a burst of reads the lock would
    expire, and its value would be fetched again.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def take(self, *, urgent: bool) -> AsyncIterator[None]:
        """Hold a slot while the block runs."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(self._urgent if urgent else self._others)
        try:
            yield
        finally:
            self._release()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                queue.remove(turn)
            else:  # the slot came at the same moment
                self._release()
            raise

    def _release(self) -> None:
        for queue in (self._urgent, self._others):
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._free += 1


_slots: WeakKeyDictionary[ConnectionPool, Slots] = WeakKeyDictionary()


def slots_of(redis: Redis) -> Slots:
    """Return the slots of a client, which all of its caches share."""
    pool = redis.connection_pool
    if pool not in _slots:
        _slots[pool] = Slots(pool.max_connections)
    return _slots[pool]
