"""Secrets for asyncio."""

import asyncio
import os
import random
import time
from collections.abc import Callable, Mapping

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import GoogleAuthError
from google.cloud.secretmanager_v1 import SecretManagerServiceAsyncClient

from grid_shared.secrets import local
from grid_shared.secrets.config import SecretsConfig
from grid_shared.secrets.errors import SecretError, translate_error
from grid_shared.secrets.manager import async_retry, validate_response
from grid_shared.secrets.value import SecretValue
from grid_shared.secrets.value_cache import ValueCache


class AsyncSecrets:
    """`Secrets` for one event loop: the same places in the same order, the same limits."""

    def __init__(
        self,
        config: SecretsConfig,
        *,
        client: Callable[[], SecretManagerServiceAsyncClient] = SecretManagerServiceAsyncClient,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        self._config = config
        self._make_client = client
        self._client: SecretManagerServiceAsyncClient | None = None
        self._environ = environ
        self._values = ValueCache(config, clock, rng or random.Random())  # noqa: S311 - jitter
        self._flights: dict[tuple[str, int], asyncio.Task[SecretValue]] = {}

    async def get(self, name: str, version: str = local.LATEST) -> SecretValue:
        """Return the value of a secret; a numbered version is always Secret Manager's.

        Tasks that ask for the same secret at once share one read, which goes on when the one that
        began it is cancelled.

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
        self._values.put(resource, value, generation)
        return value

    async def _request(self, name: str, version: str, resource: str) -> SecretValue:
        if version == local.LATEST:
            # Behind the file of a volume is a request, which may take its time.
            value = await asyncio.to_thread(local.read_file, name, self._config)
            if value:
                return value
        deadline = self._config.deadline
        try:
            self._client = self._client or self._make_client()
            response = await self._client.access_secret_version(
                name=resource, timeout=deadline, retry=async_retry(deadline)
            )
        except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
            raise translate_error(error, resource) from error
        return validate_response(response, resource)

    def invalidate(self, name: str | None = None, version: str = local.LATEST) -> None:
        """Forget one secret, or all: the next call reads. Say after a refused password."""
        self._values.invalidate(None if name is None else self._config.resource(name, version))
