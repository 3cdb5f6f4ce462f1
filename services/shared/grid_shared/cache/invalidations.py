"""Subscription to the invalidations of other processes."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from redis.asyncio import ConnectionPool, Redis
from redis.exceptions import ConnectionError as RedisConnectionError, RedisError

from grid_shared.cache.metrics import Metrics

CONNECT_TIMEOUT = 2.0
"""Seconds for connecting and subscribing."""
HEARTBEAT = 5.0
"""Seconds of silence before a PING; as long again, and the connection is given up."""
RETRY = 0.5
"""Seconds, ± 50 %, between connections."""

logger = logging.getLogger(__name__)


class Invalidations:
    """Subscription that reconnects.

    Messages published while it is disconnected are lost: Redis stores nothing for subscribers. So
    `on_subscribe` must forget all entries. Its connection is none of the
    client's: those are for calls, however many caches there are.
    """

    def __init__(
        self,
        redis: Redis,
        channel: str,
        *,
        on_subscribe: Callable[[], None],
        on_message: Callable[[bytes], None],
        on_heartbeat: Callable[[], Awaitable[object]],
        metrics: Metrics,
    ) -> None:
        """Call `on_message` with each message, and `on_heartbeat` at least every HEARTBEAT seconds
        while connected.
        """
        self._redis = redis
        self._channel = channel
        self._on_subscribe = on_subscribe
        self._on_message = on_message
        self._on_heartbeat = on_heartbeat
        self._metrics = metrics
        self.connected = False
        """Whether messages arrive at the moment."""
        self._was_connected: bool | None = None
        self._is_outdated = False

    def reconnect(self) -> None:
        """Connect again within HEARTBEAT: Redis became a replica, which may hear of nothing."""
        self._is_outdated = True

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # without a listener values never change
                if not isinstance(error, (RedisError, OSError)):
                    logger.exception("the subscription to invalidations failed")
                self._metrics.record_error(error)
                self._log_state(connected=False, reason=str(error) or type(error).__name__)
            finally:
                self.connected = False
            await asyncio.sleep(RETRY * random.uniform(0.5, 1.5))  # noqa: S311 - jitter

    async def _listen(self) -> None:
        pool = self._redis.connection_pool
        own = ConnectionPool(pool.connection_class, **pool.connection_kwargs)
        async with Redis.from_pool(own) as redis, redis.pubsub() as pubsub:
            self._is_outdated = False
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await pubsub.subscribe(self._channel)
            silent = False
            while True:
                message = await pubsub.get_message(timeout=HEARTBEAT)
                if message is None:
                    if silent:
                        raise RedisConnectionError("the subscription is silent")
                    await pubsub.ping()
                elif message["type"] == "subscribe":
                    self._on_subscribe()
                    self.connected = True
                    self._log_state(connected=True)
                elif message["type"] == "message":
                    self._on_message(message["data"])
                if self._is_outdated:
                    raise RedisConnectionError("Redis became a replica")
                silent = message is None
                await self._on_heartbeat()

    def _log_state(self, *, connected: bool, reason: str = "") -> None:
        """Log a change of the state, and not each attempt."""
        if connected is self._was_connected:
            return
        if not connected:
            logger.warning("%s: invalidations do not arrive: %s", self._channel, reason)
        elif self._was_connected is not None:
            logger.info("%s: invalidations arrive again", self._channel)
        self._was_connected = connected
