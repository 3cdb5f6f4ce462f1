"""Batches of requests for single keys."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Result = TypeVar("Result")


class Batcher(Generic[Key, Result]):
    """Batcher that sends the requests of one turn of the event loop together."""

    def __init__(
        self,
        load_many: Callable[[list[Key]], Awaitable[Sequence[Result]]],
        *,
        limit: int,
        run_in_background: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        """`load_many` gets `limit` keys at most, and returns their results in the same order."""
        self._load_many, self._limit = load_many, limit
        self._run_in_background = run_in_background
        self._waiting: list[tuple[Key, asyncio.Future[Result]]] = []

    async def load(self, key: Key) -> Result:
        """Return the result for one key.

        Raises:
            Exception: what `load_many` raises.
        """
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._flush)
        result: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((key, result))
        return await result

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), self._limit):
            self._run_in_background(self._run(waiting[start : start + self._limit]))

    async def _run(self, batch: list[tuple[Key, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._load_many([key for key, _ in batch])
        except asyncio.CancelledError:
            for _, waiter in batch:
                waiter.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - the waiters raise it
            for _, waiter in batch:
                if not waiter.done():
                    waiter.set_exception(error)
            return
        for (_, waiter), result in zip(batch, results, strict=True):
            if not waiter.done():
                waiter.set_result(result)
