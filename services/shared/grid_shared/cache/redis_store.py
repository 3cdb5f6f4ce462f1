"""The second level: entries in Redis, and the lock that lets one process fetch."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from grid_shared.cache.breaker import Breaker
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.entry import CorruptEntryError, Entry
from grid_shared.cache.metrics import Metrics

Result = TypeVar("Result")
UNLOCK_RETRY = 0.1
"""Seconds between tries to give a lock back that Redis did not take in time."""
GRACE = 0.01
"""Seconds for reading what has arrived already when the time of an exchange is over."""

_STORE = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1
"""
_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end"


class UnreachableError(Exception):
    """Redis did not respond in time, or the circuit breaker is open."""


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
        redis: Redis,
        config: CacheConfig,
        *,
        breaker: Breaker,
        metrics: Metrics,
        clock: Callable[[], float],
        run_in_background: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """Create a store; `run_in_background` starts a task that nobody awaits."""
        self._redis: Final = redis
        self._config = config
        self._breaker = breaker
        self._metrics = metrics
        self._clock = clock
        self._run_in_background = run_in_background
        self.channel = f"{config.prefix}:invalidate"
        """Where invalidated keys are published."""

    async def _send(self, request: Awaitable[Result]) -> Result:
        try:
            async with _loop_timeout(self._config.redis_timeout):
                answer = await request
        except (RedisError, OSError) as error:  # TimeoutError is an OSError
            self._breaker.record_failure()
            self._metrics.record_error(error)
            raise UnreachableError from error
        self._breaker.record_success()
        return answer

    def _check_breaker(self) -> None:
        if not self._breaker.allows_call():
            raise UnreachableError

    def _keys(self, key: str) -> tuple[str, str]:
        name = f"{self._config.prefix}:{key}"
        return name, f"{name}:lock"

    async def read(self, key: str, *, lock: bool = False) -> Lookup:
        """Read a key, and with `lock` try to become the one who fetches it, in one exchange.

        Raises:
            UnreachableError: Redis is down or slow.
        """
        self._check_breaker()
        name, lock_name = self._keys(key)
        token = secrets.token_hex(8) if lock else None
        pipe = self._redis.pipeline(transaction=False)
        if token:
            ttl = self._config.fetch_timeout + self._config.redis_timeout
            pipe.set(lock_name, token, nx=True, px=round(ttl * 1000))
        pipe.get(name)
        pipe.pttl(name)
        async with self._unlock_on_failure(key, token):
            *locked, data, ttl_ms = await self._send(pipe.execute())
        return Lookup(self._entry(data, ttl_ms), token if all(locked) else None)

    def _entry(self, data: bytes | None, ttl_ms: int) -> Entry | None:
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
        async with self._unlock_on_failure(key, token):
            self._check_breaker()
            return bool(await self._script(_STORE, self._keys(key), token, entry.pack(), ttl_ms))

    async def unlock(self, key: str, token: str) -> None:
        """Give the lock back, later where Redis is down or slow."""
        with contextlib.suppress(UnreachableError):
            async with self._unlock_on_failure(key, token):
                self._check_breaker()
                await self._unlock(key, token)

    @contextlib.asynccontextmanager
    async def _unlock_on_failure(self, key: str, token: str | None) -> AsyncIterator[None]:
        """Where an exchange that takes or uses a lock fails, Redis alone knows who holds it."""
        try:
            yield
        except UnreachableError:
            if token:
                self._run_in_background(self._unlock_later(key, token))
            raise
        except asyncio.CancelledError:
            if token:
                await self._unlock_now(key, token)
            raise

    async def _unlock_later(self, key: str, token: str) -> None:
        """Give the lock back when Redis answers again: other processes wait for it until it ends.

        A value is not stored again, since an invalidation that Redis missed may be the newer. That
        the lock is not ours has to be heard twice: what took it may still be on its way.
        """
        responses = 0
        try:
            async with asyncio.timeout(self._config.fetch_timeout):
                while responses < 2:
                    await asyncio.sleep(UNLOCK_RETRY)
                    with contextlib.suppress(UnreachableError):
                        self._check_breaker()
                        responses += 2 if await self._unlock(key, token) else 1
        except TimeoutError:
            pass  # the lock has ended, too
        except asyncio.CancelledError:
            await self._unlock_now(key, token)
            raise

    async def _unlock_now(self, key: str, token: str) -> None:
        """Try once more when the process ends, for those that it leaves behind."""
        with contextlib.suppress(UnreachableError):
            await self._unlock(key, token)

    async def _unlock(self, key: str, token: str) -> bool:
        return bool(await self._script(_UNLOCK, self._keys(key)[1:], token))

    async def _script(self, script: str, keys: tuple[str, ...], *arguments: Any) -> Any:
        call: Any = self._redis.eval(script, len(keys), *keys, *arguments)
        return await self._send(call)

    async def invalidate(self, keys: list[str], message: str) -> None:
        """Drop entries and the locks of fetches under way, and tell every process, in one step.

        Raises:
            UnreachableError: Redis is down or slow; nothing was dropped, or all.
        """
        self._check_breaker()
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(*(name for key in keys for name in self._keys(key)))
        pipe.publish(self.channel, message)
        await self._send(pipe.execute())


@contextlib.asynccontextmanager
async def _loop_timeout(seconds: float) -> AsyncIterator[None]:
    """`asyncio.timeout` that does not count what the event loop alone was late.

    After a stop of the loop, or of the whole machine, its timers come before what has arrived
    meanwhile is read. Answers in time would all count as none, and their connections be closed.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds

    def extend() -> None:
        now = loop.time()
        limit.reschedule(now + (now - due) + GRACE)

    async with asyncio.timeout(None) as limit:
        timer = loop.call_at(due, extend)
        try:
            yield
        finally:
            timer.cancel()
