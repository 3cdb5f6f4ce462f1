"""Secrets for asyncio."""

import asyncio
import os
import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from grid_shared.secrets import local
from grid_shared.secrets.config import SecretsConfig
from grid_shared.secrets.errors import SecretError, SecretMissingError
from grid_shared.secrets.value import SecretValue
from grid_shared.secrets.value_cache import ValueCache, ignore

if TYPE_CHECKING:
    from google.cloud.secretmanager_v1 import SecretManagerServiceAsyncClient


class AsyncSecrets:
    """`Secrets` for one event loop: the same places in the same order, the same limits."""

    def __init__(
        self,
        config: SecretsConfig,
        *,
        client: Callable[[], "SecretManagerServiceAsyncClient"] | None = None,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
        changed: Callable[[str], object] = ignore,
    ) -> None:
        """Read nothing yet. `changed` is called with the name of a secret that was read again and
        has another value, in the event loop.
        """
        self._config = config
        self._make_client = client
        self._client: SecretManagerServiceAsyncClient | None = None
        self._environ = environ
        self._values = ValueCache(
            config,
            clock,
            rng or random.Random(),  # noqa: S311 - jitter
            changed,
        )
        self._flights: dict[tuple[str, int], asyncio.Task[SecretValue]] = {}

    async def get(self, name: str, version: str = local.LATEST) -> SecretValue:
        """Return the value of a secret. A numbered version is always read from Secret Manager.

        Concurrent tasks share one read of the same secret. The read continues if the task that
        started it is cancelled.

        Raises:
            SecretError: of the kinds in `grid_shared.secrets`.
        """
        if version == local.LATEST and (
            value := local.read_variable(name, self._config, self._environ)
        ):
            return value
        resource = self._config.resource(name, version)
        if value := self._values.get_fresh(resource):
            return value
        key = (resource, self._values.generation)
        if not (flight := self._flights.get(key)):
            flight = self._flights[key] = asyncio.create_task(self._read(key, name, version))
            flight.add_done_callback(lambda _: self._flights.pop(key))
        return await asyncio.shield(flight)

    async def _read(self, key: tuple[str, int], name: str, version: str) -> SecretValue:
        resource, generation = key
        try:
            value = await self._request(name, version, resource)
        except SecretError as error:
            return self._values.fall_back(error, resource)
        self._values.put(resource, name, value, generation)
        return value

    async def _request(self, name: str, version: str, resource: str) -> SecretValue:
        if version == local.LATEST:
            # Behind the file of a volume is a request, which may take its time.
            value = await asyncio.to_thread(local.read_file, name, self._config)
            if value:
                return value
        try:
            from google.cloud import secretmanager_v1

            from grid_shared.secrets import manager
        except ImportError as error:
            raise SecretMissingError(local.no_client(name, self._config)) from error

        def client() -> "SecretManagerServiceAsyncClient":
            make = self._make_client or secretmanager_v1.SecretManagerServiceAsyncClient
            self._client = self._client or make()
            return self._client

        return await manager.async_access(client, resource, self._config.deadline)

    def invalidate(self, name: str | None = None, version: str = local.LATEST) -> None:
        """Forget one secret, or all: the next call reads it. Call it after a rejected password."""
        self._values.invalidate(None if name is None else self._config.resource(name, version))
