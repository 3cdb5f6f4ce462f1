"""The second level: entries in Redis, and the lock that lets one process fetch."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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
        """Create a store; `run_in_background` starts a task that nobody awaits."""
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

    async def read(self, key: str, *, lock: bool = False) -> Lookup:
        """Read a key, and with `lock` try to become the one who fetches it, in one exchange.

        Raises:
            UnreachableError: Redis is down or slow.
        """
        return await self._reads[lock].load(key)

    async def _read_many(self, keys: Sequence[str], *, lock: bool) -> list[Lookup]:
        tokens = {key: secrets.token_hex(8) for key in keys if lock}
        pipe = self._link.pipeline()
        if lock:
            pipe.sadd(self._config.versions, str(self._config.version))
        for key in keys:
            name, lock_name = self._keys(key)
            if lock:
                pipe.set(lock_name, tokens[key], nx=True, px=round(self._config.lease * 1000))
            pipe.get(name)
            pipe.pttl(name)
        async with self._unlock_on_failure(tokens):
            answers = await self._link.execute(pipe)
        lookups = []
        for number, key in enumerate(keys):
            width, start = (3, 1) if lock else (2, 0)
            *locked, data, ttl_ms = answers[start + number * width :][:width]
            token = tokens.get(key) if all(locked) else None
            lookups.append(Lookup(self._entry(data, ttl_ms), token))
        return lookups

    def _entry(self, data: bytes | Exception | None, ttl_ms: int) -> Entry | None:
        if isinstance(data, Exception):  # a key of another type, which the next store overwrites
            self._metrics.record_error(data)
            return None
        if data is None or ttl_ms < 0:  # it may end between the two commands
            return None
        try:
            return Entry.unpack(data, self._clock() + ttl_ms / 1000)
        except CorruptEntryError as error:
            self._metrics.record_error(error)
            return None  # and the next store overwrites it

    async def store(self, key: str, entry: Entry, token: str) -> bool:
        """Keep an entry and give the lock back, if it is still held.

        It is not where the key was invalidated meanwhile: then the entry may be old already.

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
        """Give the lock back, later where Redis is down or slow."""
        with contextlib.suppress(UnreachableError):
            async with self._unlock_on_failure({key: token}):
                await self._unlock(key, token)

    @contextlib.asynccontextmanager
    async def _unlock_on_failure(self, tokens: Mapping[str, str]) -> AsyncIterator[None]:
        """Where an exchange that takes or uses a lock fails, Redis alone knows who holds it."""
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
        """Give the lock back when Redis answers again: other processes wait for it until it ends.

        A value is not stored again, since an invalidation that Redis missed may be the newer. That
        the lock is not ours has to be heard twice: what took it may still be on its way.
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
        """Try once more when the process ends, for those that it leaves behind."""
        with contextlib.suppress(UnreachableError):
            await self._link.script(_UNLOCK, self._keys(key)[1:], token, ignores_breaker=True)

    async def _unlock(self, key: str, token: str) -> bool:
        return bool(await self._link.script(_UNLOCK, self._keys(key)[1:], token))
