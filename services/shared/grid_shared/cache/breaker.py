"""A circuit breaker: what keeps failing is left alone for a while."""

import random
from collections.abc import Callable


class Breaker:
    """Opens after failures in a row; then one call at a time finds out whether it works again.

    For the tasks of one event loop. pybreaker, the usual library, supports Tornado's coroutines
    and not asyncio's.
    """

    THRESHOLD = 5
    """Failures in a row that open it."""
    PAUSE = 1.0
    """Seconds, ± 20 %, until the next try, so that not all processes try at once."""

    def __init__(self, clock: Callable[[], float], rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng
        self._failures = 0
        self._next_try = 0.0

    @property
    def open(self) -> bool:
        """Whether calls are refused, but for a try now and then."""
        return self._failures >= self.THRESHOLD

    def allows(self) -> bool:
        """Whether to call now. While open, saying yes takes the next try."""
        if not self.open:
            return True
        if self._clock() < self._next_try:
            return False
        self._wait()
        return True

    def succeeded(self) -> None:
        """Record a successful call, which closes the breaker."""
        self._failures = 0

    def failed(self) -> None:
        """Record a failed call."""
        self._failures += 1
        if self._failures == self.THRESHOLD:
            self._wait()

    def _wait(self) -> None:
        self._next_try = self._clock() + self.PAUSE * self._rng.uniform(0.8, 1.2)
