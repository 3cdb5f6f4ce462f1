"""Misses at once in several processes, and how many fetches they lead to.

Run as a program it is one of the processes: it says "ready", waits for a line, and reads.
"""

import asyncio
import json
import math
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path

from benchmarks.caches.subjects import SUBJECTS
from grid_shared import connect

ROOT = Path(__file__).parents[2]
PROCESSES = 4
CALLS = 250
"""In each process."""
TAKES = 0.2
"""Seconds that a fetch takes."""
LIMIT = 60
"""Seconds after which processes that still wait are ended."""


@dataclass(frozen=True, slots=True)
class Stampede:
    """What came of it."""

    fetches: int
    """1 is best."""
    answers: int
    """Calls that got the value."""
    seconds: float
    """Until the last answer of the slowest process."""


async def one_process(name: str, key: str, calls: int, takes: float) -> None:
    """Be one of the processes."""
    redis = connect()

    async def fetch() -> int:
        await redis.rpush(f"fetches:{key}", os.getpid())
        await asyncio.sleep(takes)
        return 42

    async with SUBJECTS[name]() as get:
        await redis.ping()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        started = time.perf_counter()
        values = await asyncio.gather(
            *(get(key, fetch) for _ in range(calls)), return_exceptions=True
        )
        seconds = time.perf_counter() - started
        print(json.dumps({"answers": values.count(42), "seconds": seconds}))
    await redis.aclose()


async def _start(name: str, key: str, calls: int, takes: float) -> Process:
    arguments = (name, key, str(calls), str(takes))
    program = (sys.executable, "-m", "benchmarks.caches.stampede", *arguments)
    process = await asyncio.create_subprocess_exec(*program, cwd=ROOT, stdin=PIPE, stdout=PIPE)
    if process.stdout:  # it is a pipe
        await process.stdout.readline()
    return process


async def measure(
    name: str,
    key: str,
    *,
    processes: int = PROCESSES,
    calls: int = CALLS,
    takes: float = TAKES,
    kills_holder: bool = False,
) -> Stampede:
    """Start the processes, let them go at once, and count. With `kills_holder` the first one that
    fetches is killed, and what it did is not counted.
    """
    started = await asyncio.gather(*(_start(name, key, calls, takes) for _ in range(processes)))
    waiting = [asyncio.create_task(process.communicate(b"go\n")) for process in started]
    redis = connect()
    if kills_holder and (popped := await redis.blpop([f"fetches:{key}"], LIMIT)):
        os.kill(int(popped[1]), signal.SIGKILL)
    await asyncio.wait(waiting, timeout=LIMIT)
    for process in started:
        if process.returncode is None:
            process.kill()
    results = [json.loads(output) for output, _ in await asyncio.gather(*waiting) if output]
    fetches = await redis.llen(f"fetches:{key}")
    await redis.aclose()
    seconds = max((result["seconds"] for result in results), default=math.inf)
    return Stampede(fetches, sum(result["answers"] for result in results), seconds)


if __name__ == "__main__":
    _, subject, cold, number, duration = sys.argv
    asyncio.run(one_process(subject, cold, int(number), float(duration)))
