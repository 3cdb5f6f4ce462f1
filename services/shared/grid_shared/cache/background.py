"""Background tasks of a cache: the cache cancels them when it closes."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Background:
    """The running tasks of a cache."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(
        self, work: Coroutine[Any, Any, Any], on_done: Callable[[], object] = lambda: None
    ) -> asyncio.Task[Any]:
        """Start a task, and call `on_done` after it ends. Its exception is retrieved here."""
        task = asyncio.create_task(work)

        def finish(_: object) -> None:
            self._tasks.discard(task)
            on_done()
            if not task.cancelled():
                task.exception()

        self._tasks.add(task)
        task.add_done_callback(finish)
        return task

    async def cancel(self) -> None:
        """Cancel all tasks, and return when they have ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
