"""Whether the service can do its work now."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

_log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[object]]


class Readiness:
    """Asks what the service needs, all at once, and remembers the answer for a moment.

    The answer is shared by everyone who asks, so that many probes are one question a moment.
    """

    TIMEOUT = 1.0
    """Seconds for each check; slower is not ready."""
    LASTS = 2.0
    """Seconds that an answer is good for."""

    def __init__(
        self, checks: Mapping[str, Check], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._checks = checks
        self._clock = clock
        self._asking = asyncio.Lock()
        self._answer: dict[str, str] = {}
        self._until = float("-inf")

    async def ask(self) -> dict[str, str]:
        """By the name of each check: `ok`, or the kind of error."""
        async with self._asking:
            if self._clock() >= self._until:
                answers = await asyncio.gather(*map(self._one, self._checks))
                self._answer = dict(zip(self._checks, answers, strict=True))
                self._until = self._clock() + self.LASTS
            return self._answer

    async def _one(self, name: str) -> str:
        try:
            async with asyncio.timeout(self.TIMEOUT):
                await self._checks[name]()
        except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
            _log.warning("%s is not ready: %s", name, error)
            return type(error).__name__
        return "ok"
