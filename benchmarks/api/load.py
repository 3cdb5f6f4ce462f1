"""Asks an instance for users at a steady rate, and counts the answers by cache level.

As a program it is the load generator: it reads the load on standard input, and prints how the
instance answered. It imports nothing else of ours, so that it has one thread and little garbage.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from statistics import quantiles

CONNECTIONS = 100
"""Requests at once, at most: `concurrency` of auth and api in the environment files."""


LEVELS = ("L1", "L2", "PostgreSQL")
HEALTH = "/health"
"""Asks nobody and no cache: what a request costs at the least, on this machine at this time."""


@dataclass(frozen=True, slots=True)
class Reads:
    """How requests of one kind were answered. Times in milliseconds, from the moment that a request
    was due: one that had to wait for a slow one before it counts its wait.
    """

    requests: int
    errors: int
    """Answers that were not 200."""
    p50: float
    p99: float
    worst: float


@dataclass(frozen=True, slots=True)
class Load:
    """The requests of a run, and their results."""

    rate: float
    """Requests a second that were due."""
    per_second: float
    """Answers a second; below the rate the service could not keep up."""
    late: float
    """Milliseconds after it was due that all but one in a hundred requests were sent: the part of
    all times that is this program's, and no service's."""
    reads: dict[str, Reads]
    """`all` users, `cached`, which is those in L1 or L2 at the time, each level, and HEALTH."""


@dataclass(frozen=True, slots=True)
class Users:
    """Users to request, in turns."""

    paths: list[str]
    """A user each, and HEALTH in between."""
    in_redis: frozenset[str]
    """Paths of users that another instance has read."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Bearer tokens by path."""


class _Connection:
    """One kept HTTP/1.1 connection; a client library would take more time than the service."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def get(self, path: str, token: str = "") -> bool:
        """Return whether the response is 200."""
        header = f"Authorization: Bearer {token}\r\n" if token else ""
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                await self._reader.readexactly(int(line.partition(b":")[2]))
        return head.startswith(b"HTTP/1.1 200")

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


def run_load(port: int, users: Users, *, rate: float, count: int) -> Load:
    """Run `generate_load` in a process of its own, which other work of this one does not delay.

    Raises:
        subprocess.CalledProcessError: it failed; its traceback is on standard error.
    """
    settings = {
        "port": port,
        "paths": users.paths,
        "in_redis": sorted(users.in_redis),
        "tokens": users.tokens,
    }
    process = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(settings | {"rate": rate, "count": count}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        # Linux shares out processors by session (autogroup): what else runs in this one, the
        # service too, does not make it late.
        start_new_session=True,
    )
    load = json.loads(process.stdout)
    reads = {kind: Reads(**values) for kind, values in load.pop("reads").items()}
    return Load(reads=reads, **load)


async def fill(port: int, paths: list[str], tokens: dict[str, str]) -> None:
    """Ask for each path once, one after another: a new instance may be slow at first.

    Raises:
        RuntimeError: an answer was not 200.
    """
    connection = _Connection(*await asyncio.open_connection("127.0.0.1", port))
    for path in paths:
        if not await connection.get(path, tokens[path]):
            raise RuntimeError(f"{path} was not answered")
    await connection.close()


async def generate_load(port: int, users: Users, *, rate: float, count: int) -> Load:
    """Send `count` requests when each is due, whether or not those before were answered.

    A new instance has in memory whom it has answered; a turn of the users must be shorter than its
    `local_ttl`, and so long that a request is answered before the next for the same user is due.
    """
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(_Connection(*await asyncio.open_connection("127.0.0.1", port)))
    answers: list[tuple[str, bool, float]] = []
    late: list[float] = []
    where = dict.fromkeys(users.in_redis, "L2")
    started = time.perf_counter()

    async def request(number: int, due: float) -> None:
        connection = await free.get()
        path = users.paths[number % len(users.paths)]
        late.append((time.perf_counter() - due) * 1000)
        level = HEALTH if path == HEALTH else where.get(path, "PostgreSQL")
        good = await connection.get(path, users.tokens.get(path, ""))
        answers.append((level, good, (time.perf_counter() - due) * 1000))
        if good:
            where[path] = "L1"
        free.put_nowait(connection)

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            due = started + number / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            group.create_task(request(number, due))
    elapsed = time.perf_counter() - started
    while not free.empty():
        await free.get_nowait().close()
    return Load(rate, count / elapsed, quantiles(late, n=100)[98], _by_level(answers))


def _by_level(answers: list[tuple[str, bool, float]]) -> dict[str, Reads]:
    kinds: dict[str, tuple[str, ...]] = {"all": LEVELS, "cached": LEVELS[:2]}
    kinds |= {level: (level,) for level in (*LEVELS, HEALTH)}
    selected = {
        kind: [answer for answer in answers if answer[0] in levels]
        for kind, levels in kinds.items()
    }
    return {kind: _reads(chosen) for kind, chosen in selected.items() if len(chosen) > 1}


def _reads(answers: list[tuple[str, bool, float]]) -> Reads:
    durations = [answer[2] for answer in answers]
    hundredths = quantiles(durations, n=100)
    errors = sum(not answer[1] for answer in answers)
    return Reads(len(answers), errors, hundredths[49], hundredths[98], max(durations))


if __name__ == "__main__":
    settings = json.load(sys.stdin)
    users = Users(settings["paths"], frozenset(settings["in_redis"]), settings["tokens"])
    load = asyncio.run(
        generate_load(settings["port"], users, rate=settings["rate"], count=settings["count"])
    )
    print(json.dumps(asdict(load)))
