"""The parts of a cache, put together."""

import math
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from opentelemetry.metrics import MeterProvider
from redis.asyncio import Redis

from grid_shared.cache.background import Background
from grid_shared.cache.breaker import Breaker
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.held import Held
from grid_shared.cache.invalidation_store import InvalidationStore
from grid_shared.cache.invalidations import Invalidations
from grid_shared.cache.loader import Loader, Store
from grid_shared.cache.local_store import LocalStore
from grid_shared.cache.memory import Memory
from grid_shared.cache.message import Message
from grid_shared.cache.metrics import Metrics
from grid_shared.cache.outbox import Outbox
from grid_shared.cache.reader import Reader
from grid_shared.cache.redis_link import RedisLink
from grid_shared.cache.redis_store import RedisStore
from grid_shared.cache.regions import Region, Regions
from grid_shared.cache.serializer import Serializer


class Parts:
    """Parts of one cache."""

    def __init__(
        self,
        redis: Redis | None,
        config: CacheConfig,
        *,
        others: Mapping[str, Redis],
        serializer: Serializer[Any],
        meters: MeterProvider | None,
        clock: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self.id = secrets.token_hex(8)
        """The sender of this cache's messages."""
        self.metrics = metrics = Metrics(config.namespace, meters)
        self.background = Background()
        self.breaker = Breaker(clock, rng, config.namespace)
        self.store: Store = LocalStore()
        self.regions: Regions | None = None
        self.invalidations: Invalidations | None = None
        outbox = Outbox(LocalStore(), self.id)
        self.held = Held(
            Memory(config.local_bytes, clock, serializer, shares_values=config.shared_values)
        )
        if redis is None:
            config = replace(config, local_ttl=math.inf)
        else:
            link = RedisLink(redis, config.redis_timeout, self.breaker, metrics)

            def region(link: RedisLink) -> Region:
                store = InvalidationStore(link, config, keeps_messages=bool(others))
                return Region(store, Outbox(store, self.id))

            def connect_region(name: str, other: Redis) -> Region:
                breaker = Breaker(clock, rng, f"{config.namespace} in {name}")
                return region(RedisLink(other, config.region_timeout, breaker, metrics))

            own = region(link)
            outbox = own.outbox
            self.regions = Regions(
                own,
                {name: connect_region(name, other) for name, other in others.items()},
                interval=config.catch_up,
                metrics=metrics,
            )
            self.store = RedisStore(
                link, config, metrics=metrics, clock=clock, run_in_background=self.background.start
            )
            self.invalidations = Invalidations(
                redis,
                own.store.channel,
                on_subscribe=self.held.forget_all,
                on_message=self._on_message,
                on_heartbeat=outbox.send,
                metrics=metrics,
            )
            link.on_failover = self.invalidations.reconnect
        self.reader = Reader(
            config,
            self.held,
            Loader(
                self.store, config, serializer=serializer, metrics=metrics, clock=clock, rng=rng
            ),
            outbox,
            self.background,
            metrics=metrics,
            clock=clock,
            rng=rng,
        )

    def _on_message(self, data: bytes) -> None:
        try:
            message = Message.parse(data)
        except ValueError as error:  # nobody knows which keys were meant
            self.metrics.record_error(error)
            self.held.forget_all()
            return
        if message.sender != self.id:
            self.held.apply(message)
