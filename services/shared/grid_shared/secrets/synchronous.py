"""Secrets for threads."""

import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING

from grid_shared.secrets import local
from grid_shared.secrets.config import SecretsConfig
from grid_shared.secrets.errors import SecretError, SecretMissingError
from grid_shared.secrets.value import SecretValue
from grid_shared.secrets.value_cache import ValueCache, ignore

if TYPE_CHECKING:
    from google.cloud.secretmanager_v1 import SecretManagerServiceClient


class Secrets:
    """Secrets of a service: from the environment, else a mounted file, else Secret Manager.

    Thread-safe. The client is created with the first read of Secret Manager, so a service whose
    secrets are all injected needs no credentials.
    """

    def __init__(
        self,
        config: SecretsConfig,
        *,
        client: Callable[[], "SecretManagerServiceClient"] | None = None,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
        changed: Callable[[str], object] = ignore,
    ) -> None:
        """Read nothing yet. `changed` is called with the name of a secret that was read again and
        has another value, in the thread that read it.
        """
        self._config = config
        self._make_client = client
        self._client: SecretManagerServiceClient | None = None
        self._environ = environ
        self._values = ValueCache(
            config,
            clock,
            rng or random.Random(),  # noqa: S311 - jitter
            changed,
        )
        self._flights: dict[tuple[str, int], Future[SecretValue]] = {}
        self._lock = threading.Lock()

    def get(self, name: str, version: str = local.LATEST) -> SecretValue:
        """Return the value of a secret. A numbered version is always read from Secret Manager.

        Concurrent threads share one read of the same secret.

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
        with self._lock:
            key = (resource, self._values.generation)
            flight = self._flights.get(key)
            if mine := flight is None:
                flight = self._flights[key] = Future()
        if mine:
            self._read(flight, key, name, version)
        return flight.result()

    def _read(
        self, flight: Future[SecretValue], key: tuple[str, int], name: str, version: str
    ) -> None:
        resource, generation = key
        try:
            try:
                value = self._request(name, version, resource)
                self._values.put(resource, name, value, generation)
            except SecretError as error:
                value = self._values.fall_back(error, resource)
            flight.set_result(value)
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it
            flight.set_exception(error)
        finally:
            with self._lock:
                del self._flights[key]

    def _request(self, name: str, version: str, resource: str) -> SecretValue:
        if version == local.LATEST and (value := local.read_file(name, self._config)):
            return value
        try:
            from google.cloud import secretmanager_v1

            from grid_shared.secrets import manager
        except ImportError as error:
            raise SecretMissingError(local.no_client(name, self._config)) from error

        def client() -> "SecretManagerServiceClient":
            with self._lock:
                make = self._make_client or secretmanager_v1.SecretManagerServiceClient
                self._client = self._client or make()
                return self._client

        return manager.access(client, resource, self._config.deadline)

    def invalidate(self, name: str | None = None, version: str = local.LATEST) -> None:
        """Forget one secret, or all: the next call reads it. Call it after a rejected password."""
        self._values.invalidate(None if name is None else self._config.resource(name, version))
