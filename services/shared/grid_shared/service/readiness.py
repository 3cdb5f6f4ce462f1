"""Readiness of the service."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

_log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[object]]


class Readiness:
    """Concurrent checks of the dependencies of a service, whose result is cached for a short time.

    All clients share the result, so that many probes cause few checks.
    """

    TIMEOUT = 1.0
    """Seconds for each check; slower is not ready."""
    MAX_AGE = 2.0
    """Seconds for which a result is used."""

    def __init__(
        self, checks: Mapping[str, Check], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._checks = checks
        self._clock = clock
        self._checking = asyncio.Lock()
        self._result: dict[str, str] = {}
        self._until = float("-inf")

    async def check(self) -> dict[str, str]:
        """Return `ok` or the name of the exception for each check."""
        async with self._checking:
            if self._clock() >= self._until:
                results = await asyncio.gather(*map(self._run, self._checks))
                self._result = dict(zip(self._checks, results, strict=True))
                self._until = self._clock() + self.MAX_AGE
            return self._result

    async def _run(self, name: str) -> str:
        try:
            async with asyncio.timeout(self.TIMEOUT):
                await self._checks[name]()
        except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
            _log.warning("%s is not ready: %s", name, error)
            return type(error).__name__
        return "ok"
