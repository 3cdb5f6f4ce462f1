"""Invalidation in every region. Each region has its own Redis."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grid_shared.cache.invalidation_store import InvalidationStore
from grid_shared.cache.message import Message
from grid_shared.cache.metrics import Metrics
from grid_shared.cache.outbox import Outbox
from grid_shared.cache.redis_link import UnreachableError

RETRY = 5.0
"""Seconds between tries to send what waits for another region."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Region:
    """One region: its Redis, and the messages that wait for it."""

    store: InvalidationStore
    outbox: Outbox


class Regions:
    """The region of this process, and the others.

    A process sends each invalidation to the Redis of every region. If the process ends or the
    network is interrupted, a region reads missed invalidations from the Redis of the others.
    """

    def __init__(
        self, own: Region, others: Mapping[str, Region], *, interval: float, metrics: Metrics
    ) -> None:
        """One process of a region reads the messages of the others, every `interval` seconds."""
        self._own, self._others = own, others
        self._interval, self._metrics = interval, metrics

    @property
    def pending(self) -> int:
        """Keys and prefixes whose invalidation waits for a region."""
        return sum(len(region.outbox) for region in (self._own, *self._others.values()))

    async def tell(self, messages: Iterable[Message]) -> bool:
        """Send messages to every region; return whether no message waits for any region."""
        messages = list(messages)
        regions = (self._own, *self._others.values())
        for region in regions:
            region.outbox.add(messages)
        return all(await asyncio.gather(*(region.outbox.send() for region in regions)))

    async def run(self) -> None:
        """Send waiting messages to other regions, and read theirs, until cancelled."""
        while True:
            for name, other in self._others.items():
                try:
                    await other.outbox.send()
                    await self._catch_up(name, other.store)
                except Exception as error:
                    logger.exception("invalidations of region %s were not read", name)
                    self._metrics.record_error(error)
            await asyncio.sleep(min(RETRY, self._interval))

    async def _catch_up(self, name: str, other: InvalidationStore) -> None:
        own = self._own.store
        with contextlib.suppress(UnreachableError):
            position = await own.claim(name, self._interval)
            if position is None:
                return
            next_position, texts = await other.messages_since(position)
            if texts is None:
                logger.warning("region %s has removed invalidations; all keys are dropped", name)
                await own.apply([Message("", prefix="")])
            elif texts := await own.select_unknown(texts):
                await own.apply(self._parse(texts))
            await own.save_position(name, next_position)

    def _parse(self, texts: Sequence[bytes]) -> list[Message]:
        try:
            return [Message.parse(text) for text in texts]
        except ValueError as error:  # nobody knows which keys were meant
            self._metrics.record_error(error)
            return [Message("", prefix="")]
