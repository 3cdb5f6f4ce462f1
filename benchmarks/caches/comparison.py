"""One table of all caches, from one run: `python -m benchmarks.caches.comparison`."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from benchmarks.caches import levels, stampede
from benchmarks.caches.subjects import SUBJECTS
from tests.services.servers import RedisServer, redis_server

BURSTS = (200, 2000, 5000)
"""Keys that a new instance reads at once; all are in Redis."""
EXPIRY_CALLS = 40
EXPIRY = 4.0
"""Seconds that a value is fresh."""
TAKES = 3.0
"""Seconds of the fetch after expiry."""
PROCESSES, SLOW = 8, 5.0
"""Processes that read one key, and the seconds that its fetch takes."""


async def _burst(name: str, count: int) -> dict[str, Any]:
    """Read many keys at once in a new instance; `fetches` is best 0."""
    fetches = 0

    async def fetch() -> int:
        nonlocal fetches
        fetches += 1
        return 42

    keys = [f"{name}-burst-{count}-{number}" for number in range(count)]
    async with SUBJECTS[name]() as writer:
        for start in range(0, count, 20):
            await asyncio.gather(*(writer(key, fetch) for key in keys[start : start + 20]))
    fetches = 0
    async with SUBJECTS[name]() as reader:
        started = time.perf_counter()
        values = await asyncio.gather(*(reader(key, fetch) for key in keys), return_exceptions=True)
        seconds = time.perf_counter() - started
    return {"fetches": fetches, "answers": values.count(42), "seconds": seconds}


async def _after_expiry(name: str) -> dict[str, Any]:
    """Read a key that has expired, while one call fetches it: how many have an answer before."""
    fetches, fetching = 0, True

    async def fetch() -> int:
        nonlocal fetches, fetching
        fetches += 1
        if fetches > 1:
            await asyncio.sleep(TAKES)
            fetching = False
        return 42

    async def read() -> bool:
        await get(f"{name}-expiry", fetch)
        return fetching

    async with SUBJECTS[name](EXPIRY) as get:
        await read()
        await asyncio.gather(*(read() for _ in range(EXPIRY_CALLS)))  # opens connections
        await asyncio.sleep(1.1 * EXPIRY)
        answered = await asyncio.gather(*(read() for _ in range(EXPIRY_CALLS)))
    return {"before": sum(answered), "fetches": fetches - 1}


async def _regions(name: str, east: RedisServer) -> dict[str, Any]:
    """Invalidate in one region, and read in another that has the value in both levels."""
    value, key = "first", f"{name}-region"

    async def fetch() -> str:
        return value

    own = {variable: os.environ[variable] for variable in ("REDIS_URL", "REDIS_CA_CERTS")}
    async with _environment(
        own | {"REDIS_URL_EAST": east.url, "REDIS_CA_CERTS_EAST": east.ca}, SUBJECTS[name]
    ) as writer:
        other = {"REDIS_URL": east.url, "REDIS_CA_CERTS": east.ca}
        other |= {f"{variable}_WEST": own[variable] for variable in own}
        async with _environment(other, SUBJECTS[name]) as reader:
            await writer(key, fetch)
            await reader(key, fetch)
            value = "second"
            started = time.perf_counter()
            await writer.delete(key)
            while await reader(key, fetch) != "second":
                if time.perf_counter() - started > 2:
                    return {"seconds": None}
                await asyncio.sleep(0.01)
            return {"seconds": time.perf_counter() - started}


@contextlib.asynccontextmanager
async def _environment(variables: dict[str, str], subject: Any) -> AsyncIterator[Any]:
    """Enter a subject as a service of a region finds it."""
    before = dict(os.environ)
    os.environ |= variables
    for name in before:
        if name.startswith("REDIS_") and name not in variables:
            del os.environ[name]
    try:
        async with subject() as entered:
            os.environ.clear()
            os.environ |= before
            yield entered
    finally:
        os.environ.clear()
        os.environ |= before


async def measure(name: str, east: RedisServer) -> AsyncIterator[tuple[str, Any]]:
    """Measure one cache; yield rows of the table."""
    for level, row in (await levels.measure(name)).items():
        yield f"{level}, p50 µs", row.p50
    seen = await _after_expiry(name)
    yield "after expiry: of 40 answered before the fetch ends", seen["before"]
    yield "after expiry: fetches", seen["fetches"]
    yield "invalidation in the other region: s", (await _regions(name, east))["seconds"]
    slow = partial(stampede.measure, name, processes=PROCESSES, calls=1, takes=SLOW)
    came = await slow(f"{name}-slow")
    yield "5 s fetch in 8 processes: fetches", came.fetches
    yield "5 s fetch in 8 processes: answers", came.answers
    came = await slow(f"{name}-killed", kills_holder=True)
    yield "holder killed: fetches of 7 others", came.fetches
    yield "holder killed: answers", came.answers
    yield "holder killed: s", came.seconds
    for count in BURSTS:
        seen = await _burst(name, count)
        yield f"burst of {count:,}: fetches", seen["fetches"]
        yield f"burst of {count:,}: answers", seen["answers"]
        yield f"burst of {count:,}: s", seen["seconds"]


def show(figures: dict[str, dict[str, Any]]) -> None:
    """Print a table in Markdown."""
    print("| |", " | ".join(figures), "|")
    print("| --- |", " --- |" * len(figures))
    for row in next(iter(figures.values())):
        print(f"| {row} |", " | ".join(_cell(of[row]) for of in figures.values()), "|")


def _cell(value: object) -> str:
    if value is None:
        return "never"
    return f"{value:,.2f}" if isinstance(value, float) and value < 10 else f"{value:,.0f}"


async def compare(names: list[str]) -> dict[str, dict[str, Any]]:
    """Measure caches, one after another, against two fresh Redis; log each row."""
    figures: dict[str, dict[str, Any]] = {name: {} for name in names}
    with redis_server() as server, redis_server() as east:
        os.environ |= {"REDIS_URL": server.url, "REDIS_CA_CERTS": server.ca}
        for name in names:
            async for row, value in measure(name, east):
                figures[name][row] = value
                print(f"{name}: {row}: {_cell(value)}", file=sys.stderr, flush=True)
    return figures


if __name__ == "__main__":
    show(asyncio.run(compare(sys.argv[1:] or list(SUBJECTS))))
