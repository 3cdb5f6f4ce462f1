"""Cache of secret values, with the time for which each is used."""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from cachetools import LRUCache

from grid_shared.secrets.config import SecretsConfig
from grid_shared.secrets.errors import SecretError, SecretUnavailableError
from grid_shared.secrets.value import SecretValue

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    value: SecretValue
    fresh_until: float
    """Time until which it is returned without a request."""
    stale_until: float
    """Time until which it is returned if the request fails."""


def ignore(_: str) -> None:
    """Do nothing about a secret that changed."""


class ValueCache:
    """Bounded, thread-safe cache of secrets by resource name."""

    def __init__(
        self,
        config: SecretsConfig,
        clock: Callable[[], float],
        rng: random.Random,
        changed: Callable[[str], object] = ignore,
    ) -> None:
        self._config = config
        self._changed = changed
        self._clock = clock
        self._rng = rng
        self._entries: LRUCache[str, _Entry] = LRUCache(config.most)
        self._last: LRUCache[str, SecretValue] = LRUCache(config.most)
        self._generation = 0
        self._lock = threading.Lock()

    @property
    def generation(self) -> int:
        """A number that every invalidation raises."""
        return self._generation

    def get_fresh(self, resource: str) -> SecretValue | None:
        """Return a value that can be served without a request."""
        with self._lock:
            entry = self._entries.get(resource)
        return entry.value if entry and self._clock() < entry.fresh_until else None

    def put(self, resource: str, name: str, value: SecretValue, generation: int) -> None:
        """Keep what was asked for in `generation`; not if it was invalidated meanwhile. Call
        `changed` if it is not the value that was kept before.
        """
        config = self._config
        fresh = self._clock() + config.ttl * self._rng.uniform(1 - config.jitter, 1 + config.jitter)
        with self._lock:
            if generation != self._generation:
                return
            self._entries[resource] = _Entry(value, fresh, fresh + config.stale)
            is_changed = self._last.get(resource, value) != value
            self._last[resource] = value
        if is_changed:
            try:
                self._changed(name)
            except Exception:  # a fault of the callback, not of the secret
                logger.exception("the callback for the changed secret %s failed", name)

    def fall_back(self, error: SecretError, resource: str) -> SecretValue:
        """Return an older value, if the error is temporary and the stale limit is not over.

        Raises:
            SecretError: the error itself. A secret that is gone or denied is also forgotten.
        """
        now = self._clock()
        with self._lock:
            entry = self._entries.get(resource)
            if not isinstance(error, SecretUnavailableError):
                self._entries.pop(resource, None)
            elif entry and now < entry.stale_until:
                retry_at = min(now + self._config.retry_after, entry.stale_until)
                self._entries[resource] = replace(entry, fresh_until=retry_at)
                logger.warning("%s; giving out the value read before", error)
                return entry.value
        raise error

    def invalidate(self, resource: str | None) -> None:
        """Drop one value, or all, and what is being read now."""
        with self._lock:
            self._generation += 1
            if resource is None:
                self._entries.clear()
            else:
                self._entries.pop(resource, None)
