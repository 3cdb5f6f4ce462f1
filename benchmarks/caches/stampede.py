"""A thousand misses at once in four processes, and how many fetches they lead to.

Run as a program it is one of the processes: it says "ready", waits for a line, and reads.
"""

import asyncio
import json
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


@dataclass(frozen=True, slots=True)
class Stampede:
    """What came of it."""

    fetches: int
    """1 is best."""
    answers: int
    """Calls that got the value."""
    seconds: float
    """Until the last answer of the slowest process."""


async def one_process(name: str, key: str) -> None:
    """Be one of the processes."""
    redis = connect()

    async def fetch() -> int:
        await redis.incr(f"fetches:{key}")
        await asyncio.sleep(TAKES)
        return 42

    async with SUBJECTS[name]() as get:
        await redis.ping()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        started = time.perf_counter()
        values = await asyncio.gather(
            *(get(key, fetch) for _ in range(CALLS)), return_exceptions=True
        )
        seconds = time.perf_counter() - started
        print(json.dumps({"answers": sum(value == 42 for value in values), "seconds": seconds}))
    await redis.aclose()


async def _start(name: str, key: str) -> Process:
    program = (sys.executable, "-m", "benchmarks.caches.stampede", name, key)
    process = await asyncio.create_subprocess_exec(*program, cwd=ROOT, stdin=PIPE, stdout=PIPE)
    if process.stdout:  # it is a pipe
        await process.stdout.readline()
    return process


async def measure(name: str, key: str) -> Stampede:
    """Start the processes, let them go at once, and count.

    Raises:
        RuntimeError: a process ended with an error; its traceback is on standard error.
    """
    processes = await asyncio.gather(*(_start(name, key) for _ in range(PROCESSES)))
    outputs = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    if any(process.returncode for process in processes):
        raise RuntimeError(f"a process of the stampede on {name} failed")
    results = [json.loads(output) for output, _ in outputs]
    redis = connect()
    fetches = int(await redis.get(f"fetches:{key}") or 0)
    await redis.aclose()
    return Stampede(fetches, sum(r["answers"] for r in results), max(r["seconds"] for r in results))


if __name__ == "__main__":
    asyncio.run(one_process(sys.argv[1], sys.argv[2]))
