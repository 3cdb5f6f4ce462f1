"""Circuit breaker for the calls to Redis."""

import logging
import random
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Breaker:
    """Breaker that opens after consecutive failures and then allows one trial call at a time.

    For the tasks of one event loop. pybreaker, the usual library, supports Tornado's coroutines
    and not asyncio's.
    """

    THRESHOLD = 5
    """Consecutive failures that open the breaker."""
    PAUSE = 1.0
    """Seconds, ± 20 %, until the next trial, so that processes do not try at the same time."""

    def __init__(self, clock: Callable[[], float], rng: random.Random, name: str) -> None:
        """`name` is for the log."""
        self._clock = clock
        self._rng = rng
        self._name = name
        self._failures = 0
        self._next_trial = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls are rejected, except for trial calls."""
        return self._failures >= self.THRESHOLD

    def allows_call(self) -> bool:
        """Return whether to call now. While the breaker is open, True uses up the next trial."""
        if not self.is_open:
            return True
        if self._clock() < self._next_trial:
            return False
        self._schedule_trial()
        return True

    def record_success(self) -> None:
        """Record a successful call, which closes the breaker."""
        if self.is_open:
            logger.info("cache %s: Redis responds again; the breaker is closed", self._name)
        self._failures = 0

    def record_failure(self) -> None:
        """Record a failed call."""
        self._failures += 1
        if self._failures == self.THRESHOLD:
            self._schedule_trial()
            logger.warning(
                "cache %s: %d calls to Redis failed in a row; the breaker is open",
                self._name,
                self.THRESHOLD,
            )

    def _schedule_trial(self) -> None:
        self._next_trial = self._clock() + self.PAUSE * self._rng.uniform(0.8, 1.2)
