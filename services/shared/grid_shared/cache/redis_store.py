"""The second level: entries in Redis, and the lock that lets one process fetch."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from grid_shared.cache.batcher import Batcher
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.entry import CorruptEntryError, Entry
from grid_shared.cache.metrics import Metrics
from grid_shared.cache.redis_link import RedisLink, UnreachableError

UNLOCK_RETRY = 0.1
"""Seconds between tries to give a lock back that Redis did not take in time."""

BATCH = 32
"""Keys that one exchange reads: what makes it longer counts against its timeout."""

TAG_TTL = 7 * 86_400_000
"""Milliseconds that the token of a tag is kept after the last fetch of a value that has it."""

_STORE = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1
"""
_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end"
_RENEW = (
    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
    "return redis.call('PEXPIRE', KEYS[1], ARGV[2])"
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Response of Redis for a key."""

    entry: Entry | None
    """The entry, fresh or stale."""
    token: str | None = None
    """Set if the lock was requested and acquired; the caller must release it."""
    stamp: bytes = b""
    """The state of the tags."""


class RedisStore:
    """Entries and locks in Redis, with a timeout and the circuit breaker for every request."""

    def __init__(
        self,
        link: RedisLink,
        config: CacheConfig,
        *,
        metrics: Metrics,
        clock: Callable[[], float],
        run_in_background: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        """Create a store. `run_in_background` starts a task."""
        self._link, self._config = link, config
        self._metrics = metrics
        self._clock = clock
        self._run_in_background = run_in_background
        self._reads = {
            lock: Batcher(
                partial(self._read_many, lock=lock),
                limit=BATCH,
                run_in_background=run_in_background,
            )
            for lock in (False, True)
        }

    def _keys(self, key: str) -> tuple[str, str]:
        """Return the names of the entry and of its lock, which no entry can have."""
        name = f"{self._config.prefix}:{key}"
        return name, f"lock:{name}"

    async def read(self, key: str, tags: tuple[str, ...] = (), *, lock: bool = False) -> Lookup:
        """Read a key whose value has these tags; with `lock`, also try to get the lock for its
        fetch. Both are one exchange.

        Raises:
            UnreachableError: Redis is down or slow.
        """
        return await self._reads[lock].load((key, tags))

    async def _read_many(
        self, requests: Sequence[tuple[str, tuple[str, ...]]], *, lock: bool
    ) -> list[Lookup]:
        tokens = {key: secrets.token_hex(8) for key, _ in requests if lock}
        pipe = self._link.pipeline()
        created: set[str] = set()
        if lock:
            # An invalidation deletes the token of a tag, and the next fetch creates another: no
            # value that was fetched before is valid then, wherever it is.
            pipe.sadd(self._config.versions, str(self._config.version))
            created.update(tag for _, tags in requests for tag in tags)
            for tag in created:
                pipe.set(f"{self._config.tag_prefix}{tag}", secrets.token_hex(8), nx=True)
                pipe.pexpire(f"{self._config.tag_prefix}{tag}", TAG_TTL)
        for key, tags in requests:
            name, lock_name = self._keys(key)
            if lock:
                pipe.set(lock_name, tokens[key], nx=True, px=round(self._config.lease * 1000))
            pipe.get(name)
            pipe.pttl(name)
            if tags:
                pipe.mget([f"{self._config.tag_prefix}{tag}" for tag in tags])
        async with self._unlock_on_failure(tokens):
            answers = iter(await self._link.execute(pipe))
        if lock:
            next(islice(answers, 2 * len(created), None))
        return [
            self._lookup(answers, tags, tokens[key] if lock and next(answers) else None)
            for key, tags in requests
        ]

    def _lookup(self, answers: Iterator[Any], tags: tuple[str, ...], token: str | None) -> Lookup:
        data, ttl_ms = next(answers), next(answers)
        stamp = Entry.stamp_of(next(answers)) if tags else b""
        entry = self._entry(data, ttl_ms, tags)
        if entry and entry.stamp != stamp:
            entry = None
        return Lookup(entry, token, stamp or b"")

    def _entry(
        self, data: bytes | Exception | None, ttl_ms: int, tags: tuple[str, ...]
    ) -> Entry | None:
        if isinstance(data, Exception):  # a key of another type, which the next store overwrites
            self._metrics.record_error(data)
            return None
        if data is None or ttl_ms < 0:  # it may end between the two commands
            return None
        try:
            return replace(Entry.unpack(data, self._clock() + ttl_ms / 1000), tags=tags)
        except CorruptEntryError as error:
            self._metrics.record_error(error)
            return None  # and the next store overwrites it

    async def store(self, key: str, entry: Entry, token: str) -> bool:
        """Store an entry and release the lock, if the lock is still held.

        An invalidation of the key removes the lock, because the entry can then be outdated.

        Raises:
            UnreachableError: Redis is down or slow.
        """
        ttl_ms = round((entry.expires - self._clock()) * 1000)
        async with self._unlock_on_failure({key: token}):
            return bool(
                await self._link.script(_STORE, self._keys(key), token, entry.pack(), ttl_ms)
            )

    @contextlib.asynccontextmanager
    async def renewed(self, key: str, token: str | None) -> AsyncIterator[None]:
        """Renew a lock while the block runs, so that it lasts as long as its holder."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(self._config.lease / 3)
                with contextlib.suppress(UnreachableError):
                    lease = round(self._config.lease * 1000)
                    if not await self._link.script(_RENEW, self._keys(key)[1:], token or "", lease):
                        return  # invalidated meanwhile, or expired

        task = asyncio.create_task(renew()) if token else None
        try:
            yield
        finally:
            if task:
                task.cancel()

    async def unlock(self, key: str, token: str) -> None:
        """Release the lock, or retry later if Redis is down or slow."""
        with contextlib.suppress(UnreachableError):
            async with self._unlock_on_failure({key: token}):
                await self._unlock(key, token)

    @contextlib.asynccontextmanager
    async def _unlock_on_failure(self, tokens: Mapping[str, str]) -> AsyncIterator[None]:
        """Release locks if the block fails, because this process may or may not hold them."""
        try:
            yield
        except UnreachableError:
            for key, token in tokens.items():
                self._run_in_background(self._unlock_later(key, token))
            raise
        except asyncio.CancelledError:
            for key, token in tokens.items():
                await self._unlock_now(key, token)
            raise

    async def _unlock_later(self, key: str, token: str) -> None:
        """Release the lock when Redis answers again: other processes wait for it until it expires.

        The value is not stored again, because Redis can have missed a newer invalidation. Redis has
        to report twice that another process holds the lock, because the request that took it can
        still be in transit.
        """
        responses = 0
        try:
            async with asyncio.timeout(self._config.lease):
                while responses < 2:
                    await asyncio.sleep(UNLOCK_RETRY)
                    with contextlib.suppress(UnreachableError):
                        responses += 2 if await self._unlock(key, token) else 1
        except TimeoutError:
            pass  # the lock has ended, too
        except asyncio.CancelledError:
            await self._unlock_now(key, token)
            raise

    async def _unlock_now(self, key: str, token: str) -> None:
        """Release the lock in one attempt, because the task or the process ends."""
        with contextlib.suppress(UnreachableError):
            await self._link.script(_UNLOCK, self._keys(key)[1:], token, ignores_breaker=True)

    async def _unlock(self, key: str, token: str) -> bool:
        return bool(await self._link.script(_UNLOCK, self._keys(key)[1:], token))
