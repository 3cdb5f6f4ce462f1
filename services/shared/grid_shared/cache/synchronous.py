"""The cache for code without asyncio."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Thread
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from grid_shared.cache.cache import Cache

Value = TypeVar("Value")
Result = TypeVar("Result")
FETCHES = 32
"""Fetches at once, each in a thread."""


class SyncCache(Generic[Value]):
    """A cache that runs in an event loop of its own thread. Enter it with `with`; any thread can
    use it.
    """

    def __init__(self, cache: Cache[Value]) -> None:
        """`cache` is not entered, and its Redis clients are used here only."""
        self._cache = cache
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Self:
        """Start the thread, and the cache in it."""
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(FETCHES, "grid-cache-fetch"))
        self._thread = Thread(target=self._loop.run_forever, name="grid-cache", daemon=True)
        self._thread.start()
        self._run(self._cache.__aenter__())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the cache, close its Redis clients, and end the thread."""
        if self._loop:
            self._run(self._cache.__aexit__(kind, error, trace))
            self._run(self._cache.close_clients())
            self._run(self._loop.shutdown_default_executor())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = None

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        if self._loop is None:
            work.close()
            raise RuntimeError("a SyncCache works inside `with`")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def get(
        self,
        key: str,
        fetch: Callable[[], Value],
        *,
        ttl: float | None = None,
        tags: Iterable[str] = (),
    ) -> Value:
        """Return a value, as `Cache.get`; `fetch` runs in a thread."""
        return self._run(self._cache.get(key, _in_thread(fetch), ttl=ttl, tags=tags))

    def get_many(
        self,
        keys: Iterable[str],
        fetch: Callable[[list[str]], Mapping[str, Value]],
        *,
        ttl: float | None = None,
        tags: Iterable[str] = (),
    ) -> dict[str, Value | None]:
        """Return the values of keys, as `Cache.get_many`; `fetch` runs in a thread."""
        return self._run(self._cache.get_many(keys, _in_thread(fetch), ttl=ttl, tags=tags))

    def set(
        self, key: str, value: Value, *, ttl: float | None = None, tags: Iterable[str] = ()
    ) -> bool:
        """Invalidate a key and keep a value for it, as `Cache.set`."""
        return self._run(self._cache.set(key, value, ttl=ttl, tags=tags))

    def invalidate(self, *keys: str, prefix: str | None = None, tags: Iterable[str] = ()) -> bool:
        """Invalidate keys, as `Cache.invalidate`."""
        return self._run(self._cache.invalidate(*keys, prefix=prefix, tags=tags))


def _in_thread(fetch: Callable[..., Result]) -> Callable[..., Coroutine[Any, Any, Result]]:
    """Return a function that runs `fetch` in a thread with the caller's context variables."""
    context = contextvars.copy_context()

    async def run(*arguments: Any) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, partial(context.copy().run, fetch, *arguments))

    return run
