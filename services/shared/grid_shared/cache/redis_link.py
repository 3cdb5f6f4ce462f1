"""Requests to Redis: each has a slot, a timeout and the circuit breaker."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import (
    AskError,
    ClusterCrossSlotError,
    ClusterDownError,
    ReadOnlyError,
    RedisError,
)

from grid_shared.cache.breaker import Breaker
from grid_shared.cache.metrics import Metrics
from grid_shared.cache.slots import slots_of

Result = TypeVar("Result")
logger = logging.getLogger(__name__)
_CLUSTER_ERRORS = (AskError, ClusterCrossSlotError, ClusterDownError)  # MovedError is an AskError
GRACE = 0.01
"""Seconds for reading what has arrived already when the time of an exchange is over."""


class UnreachableError(Exception):
    """Redis did not respond in time, or the circuit breaker is open."""


class RedisLink:
    """Requests of one cache to Redis."""

    def __init__(self, redis: Redis, timeout: float, breaker: Breaker, metrics: Metrics) -> None:
        """`timeout` is for one exchange, in seconds. Waiting for a connection does not count."""
        self._redis, self._timeout = redis, timeout
        self._breaker, self._metrics = breaker, metrics
        self._slots = slots_of(redis)
        self._is_cluster = False
        self.on_failover: Callable[[], object] = lambda: None
        """Called when Redis became a replica."""

    def pipeline(self) -> Pipeline:
        """Return commands to execute in one exchange."""
        return self._redis.pipeline(transaction=False)

    async def send(
        self,
        request: Callable[[], Awaitable[Result]],
        *,
        urgent: bool = False,
        ignores_breaker: bool = False,
    ) -> Result:
        """Send a request and return the answer. Urgent ones wait for a connection less.

        Raises:
            UnreachableError: Redis is down or slow, or the breaker is open.
        """
        async with self._slots.take(urgent=urgent):
            if not (ignores_breaker or self._breaker.allows_call()):
                raise UnreachableError
            try:
                async with _loop_timeout(self._timeout):
                    answer = await request()
            except (RedisError, OSError) as error:  # TimeoutError is an OSError
                self._breaker.record_failure()
                self._metrics.record_error(error)
                await self._handle(error)
                raise UnreachableError from error
        self._breaker.record_success()
        return answer

    async def _handle(self, error: Exception) -> None:
        if isinstance(error, ReadOnlyError):
            # A former primary, which would go on to answer reads: connect to the new one.
            await self._redis.connection_pool.disconnect()
            self.on_failover()
        elif isinstance(error, _CLUSTER_ERRORS) and not self._is_cluster:
            self._is_cluster = True
            logger.error(
                "Redis Cluster is not supported, and the cache works without it: %s", error
            )

    async def execute(self, pipe: Pipeline) -> list[Any]:
        """Send the commands of a pipeline. The answer about a key of another type is an exception.

        Raises:
            UnreachableError: as `send`.
        """

        async def request() -> list[Any]:
            answers: list[Any] = await pipe.execute(raise_on_error=False)
            for answer in answers:
                if isinstance(answer, Exception) and not str(answer).startswith("WRONGTYPE"):
                    raise answer
            return answers

        return await self.send(request)

    async def script(
        self, script: str, keys: tuple[str, ...], *arguments: Any, ignores_breaker: bool = False
    ) -> Any:
        """Run a script in Redis, an urgent request: scripts renew and end locks.

        Raises:
            UnreachableError: as `send`.
        """

        def request() -> Any:
            return self._redis.eval(script, len(keys), *keys, *arguments)

        return await self.send(request, urgent=True, ignores_breaker=ignores_breaker)

    async def scan(self, pattern: str) -> AsyncIterator[str]:
        """Return the names that match a pattern, some of them several times.

        Raises:
            UnreachableError: as `send`.
        """
        cursor = 0
        while True:
            position = cursor

            def request() -> Any:
                return self._redis.scan(position, match=pattern, count=1000)  # noqa: B023

            cursor, names = await self.send(request)
            for name in names:
                yield name.decode()
            if not cursor:
                return


@contextlib.asynccontextmanager
async def _loop_timeout(seconds: float) -> AsyncIterator[None]:
    """`asyncio.timeout` that ignores delays of the event loop itself.

    After a pause of the loop, or of the whole machine, timers fire before the loop reads the data
    that arrived meanwhile. Responses in time would then count as timeouts, and redis-py would
    close their connections.
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
