"""The reference service under load: cached reads of an instance that has just been added."""

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import quantiles
from uuid import UUID

from grid_migrations.upgrade import Migrator
from tests.services.migrations import databases
from tests.services.reference.instances import Instance, instance
from tests.services.servers import postgres_server, redis_server

CONNECTIONS = 100
"""Requests at once, at most: `concurrency` of auth and api in the environment files."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was asked and how it was answered. Times in milliseconds, from the moment that a request
    was due: one that had to wait for a slow one before it counts its wait.
    """

    requests: int
    errors: int
    """Answers that were not 200."""
    per_second: float
    """Answers a second; below the asked rate the service could not keep up."""
    p50: float
    p99: float
    worst: float


def measure(*, rate: float = 300, seconds: float = 10, users: int = 1000) -> Load:
    """Ask a new instance for users at a steady rate, in requests a second.

    Every user is in Redis, because another instance read them before, and none in the new one's
    memory: the first read of each comes from Redis, the others from memory. PostgreSQL, Redis (with
    TLS and AUTH), the service and the one who asks share this machine.
    """
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        database = databases.create(stack.enter_context(postgres_server()))
        Migrator(database.settings).upgrade()
        database.do(
            "INSERT INTO users (email) SELECT n || '@example.com' FROM"  # noqa: S608 - a number
            f" generate_series(1, {users}) AS n"
        )
        paths = [f"/users/{UUID(str(key))}" for key in database.ask("SELECT id FROM users")]
        url = database.environment["DATABASE_URL"].replace(database.owner, database.app)
        environment = {"DATABASE_URL": url, "REDIS_URL": redis.url, "REDIS_CA_CERTS": redis.ca}
        with instance(environment) as before:
            asyncio.run(_ask(before, paths, rate=rate, count=users))
        measured = stack.enter_context(instance(environment))
        return asyncio.run(_ask(measured, paths, rate=rate, count=int(rate * seconds)))


async def _ask(one: Instance, paths: list[str], *, rate: float, count: int) -> Load:
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(min(CONNECTIONS, count)):
        free.put_nowait(_Connection(*await asyncio.open_connection("127.0.0.1", one.port)))
    took: list[float] = []
    errors = 0
    started = time.perf_counter()

    async def request(number: int, due: float) -> None:
        nonlocal errors
        connection = await free.get()
        errors += not await connection.get(paths[number % len(paths)])
        took.append((time.perf_counter() - due) * 1000)
        free.put_nowait(connection)

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            due = started + number / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            group.create_task(request(number, due))
    elapsed = time.perf_counter() - started
    while not free.empty():
        free.get_nowait().close()
    hundredths = quantiles(took, n=100)
    return Load(count, errors, count / elapsed, hundredths[49], hundredths[98], max(took))


class _Connection:
    """One kept HTTP/1.1 connection; a client library would take more time than the service."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def get(self, path: str) -> bool:
        """Whether the answer is 200."""
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                await self._reader.readexactly(int(line.partition(b":")[2]))
        return head.startswith(b"HTTP/1.1 200")

    def close(self) -> None:
        self._writer.close()


if __name__ == "__main__":
    print(measure())
