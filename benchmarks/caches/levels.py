"""Latency and throughput of each level, in one process."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import quantiles

from benchmarks.caches.subjects import SUBJECTS

READS = 500
"""Of each level, one after another."""
AT_ONCE = 20
"""Callers in the throughput run; the cache of ours has 8 connections, the others have 20."""
VALUE = {"id": 42, "email": "ada@example.com", "roles": ["reader", "writer"], "note": "x" * 500}


@dataclass(frozen=True, slots=True)
class Level:
    """What was measured of one level. Times in microseconds."""

    p50: float
    """Half of the reads, one after another, took at most this."""
    p99: float
    """All but one in a hundred did."""
    per_second: float
    """Reads with AT_ONCE callers, once their connections are open."""


async def _fetch() -> object:
    return VALUE


async def _measure(read: Callable[[int], Awaitable[object]]) -> Level:
    """Read numbers one after another, then others by several callers, who have all read before."""
    times = []
    for number in range(READS):
        started = time.perf_counter()
        await read(number)
        times.append((time.perf_counter() - started) * 1e6)
    await asyncio.gather(*(read(READS + number) for number in range(AT_ONCE)))
    numbers = iter(range(READS + AT_ONCE, 2 * READS + AT_ONCE))

    async def caller() -> None:
        for number in numbers:
            await read(number)

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    cuts = quantiles(times, n=100)
    return Level(cuts[49], cuts[98], READS / (time.perf_counter() - started))


async def measure(name: str) -> dict[str, Level]:
    """L1, L2 and L3 (a fetch that takes no time) of a subject."""
    subject = SUBJECTS[name]
    async with subject() as writer, subject() as reader:
        missed = await _measure(lambda number: writer(f"{name}-{number}", _fetch))
        in_redis = await _measure(lambda number: reader(f"{name}-{number}", _fetch))
        in_memory = await _measure(lambda _: reader(f"{name}-0", _fetch))
    return {"L1": in_memory, "L2": in_redis, "L3": missed}
