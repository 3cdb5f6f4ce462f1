"""What callers see while Redis is killed and restarted, hangs or is slow, and while Secret Manager
is unavailable.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from threading import Event, Thread

import grpc
from google.cloud.secretmanager_v1 import SecretManagerServiceAsyncClient
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcAsyncIOTransport,
)

from grid_shared import AsyncSecrets, Cache, CacheConfig, SecretsConfig, connect
from tests.services.secrets.manager import secret_manager
from tests.services.servers import RedisServer

CALLERS = 20
KEYS = 200
BEFORE, DURING, AFTER = 1.0, 3.0, 3.0
"""Seconds before the fault, of the fault and after it."""
FETCH_TAKES = 0.02
SLOW = 0.1
"""Seconds for which a slow Redis stops, after each hundredth of a second."""
SECRET_TTL = 0.5
"""Seconds; in less than the time of the fault a secret has to be read again."""


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
    """Reads that the fetcher, or Secret Manager, was asked to answer."""


async def _under_load(
    seen: Seen,
    read: Callable[[int], Awaitable[object]],
    fault: Callable[[], None],
    repair: Callable[[], None],
) -> None:
    """Read all the time, through a fault."""

    async def caller(first: int) -> None:
        number = first
        while True:
            number += 1
            started = time.perf_counter()
            try:
                await read(number)
                seen.answers += 1
            except Exception:  # noqa: BLE001 - what is counted
                seen.errors += 1
            seen.longest = max(seen.longest, time.perf_counter() - started)
            await asyncio.sleep(0.005)

    callers = [asyncio.create_task(caller(first * 10)) for first in range(CALLERS)]
    await asyncio.sleep(BEFORE)
    await asyncio.to_thread(fault)
    await asyncio.sleep(DURING)
    await asyncio.to_thread(repair)
    await asyncio.sleep(AFTER)
    for task in callers:
        task.cancel()
    await asyncio.gather(*callers, return_exceptions=True)


async def _of_redis(fault: Callable[[], None], repair: Callable[[], None]) -> Seen:
    """Provide a cache with a short first level, and defaults otherwise."""
    seen = Seen()

    async def fetch() -> str:
        seen.fetches += 1
        await asyncio.sleep(FETCH_TAKES)
        return "value"

    redis = connect()
    async with Cache(redis, CacheConfig(namespace="faults", local_ttl=0.1)) as cache:
        await _under_load(seen, lambda n: cache.get(str(n % KEYS), fetch), fault, repair)
    await redis.aclose()
    return seen


class _Slow:
    """Makes Redis slow, from `begin` to `end`."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server
        self._over = Event()
        self._thread = Thread(target=self._run)

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.01):
            self._server.pause()
            time.sleep(SLOW)
            self._server.resume()


async def _of_secret_manager() -> Seen:
    """One secret, read once before; a short ttl, so that it ends during the fault."""
    config = SecretsConfig(project="p", ttl=SECRET_TTL, retry_after=1.0, deadline=1.0)
    resource = config.resource("jwt-secret", "latest")
    with secret_manager() as manager:
        manager.versions[resource] = b"value"

        def client() -> SecretManagerServiceAsyncClient:
            channel = grpc.aio.insecure_channel(manager.address)
            transport = SecretManagerServiceGrpcAsyncIOTransport(channel=channel)
            return SecretManagerServiceAsyncClient(transport=transport)

        seen, secrets = Seen(), AsyncSecrets(config, client=client, environ={})
        await _under_load(
            seen,
            lambda _: secrets.get("jwt-secret"),
            lambda: setattr(manager, "status", grpc.StatusCode.UNAVAILABLE),
            lambda: setattr(manager, "status", None),
        )
        seen.fetches = len(manager.requests)
    return seen


async def all_faults(server: RedisServer) -> dict[str, Seen]:
    """Each fault in its turn."""
    slow = _Slow(server)
    return {
        "Redis killed and restarted": await _of_redis(server.kill, server.start),
        "Redis hangs": await _of_redis(server.pause, server.resume),
        f"Redis stops {SLOW * 1000:.0f} ms at a time": await _of_redis(slow.begin, slow.end),
        "Secret Manager unavailable": await _of_secret_manager(),
    }
