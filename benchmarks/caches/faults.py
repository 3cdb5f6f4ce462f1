"""What callers see while Redis is killed and restarted, and while it hangs."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from grid_shared import Cache, CacheConfig, connect
from tests.services.servers import RedisServer

CALLERS = 20
KEYS = 200
BEFORE, DURING, AFTER = 1.0, 3.0, 3.0
"""Seconds before the fault, of the fault and after it."""
FETCH_TAKES = 0.02


@dataclass(slots=True)
class Seen:
    """By the callers."""

    answers: int = 0
    """Reads that got the value."""
    errors: int = 0
    """Reads that did not."""
    longest: float = 0.0
    """Seconds of the slowest read."""
    fetches: int = 0
    """Reads that the fetcher had to answer."""


async def measure(fault: Callable[[], None], repair: Callable[[], None]) -> Seen:
    """Read all the time, a short first level and the defaults else, through a fault."""
    seen = Seen()

    async def fetch() -> str:
        seen.fetches += 1
        await asyncio.sleep(FETCH_TAKES)
        return "value"

    async def caller(first: int) -> None:
        number = first
        while True:
            number += 1
            started = time.perf_counter()
            try:
                await cache.get(str(number % KEYS), fetch)
                seen.answers += 1
            except Exception:  # noqa: BLE001 - what is counted
                seen.errors += 1
            seen.longest = max(seen.longest, time.perf_counter() - started)
            await asyncio.sleep(0.005)

    redis = connect()
    async with Cache(redis, CacheConfig(namespace="faults", local_ttl=0.1)) as cache:
        callers = [asyncio.create_task(caller(first * 10)) for first in range(CALLERS)]
        await asyncio.sleep(BEFORE)
        await asyncio.to_thread(fault)
        await asyncio.sleep(DURING)
        await asyncio.to_thread(repair)
        await asyncio.sleep(AFTER)
        for task in callers:
            task.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
    await redis.aclose()
    return seen


async def all_faults(server: RedisServer) -> dict[str, Seen]:
    """Each fault in its turn."""
    return {
        "killed and restarted": await measure(server.kill, server.start),
        "hanging": await measure(server.pause, server.resume),
    }
