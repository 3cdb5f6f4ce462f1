"""Secrets for threads."""

import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import GoogleAuthError
from google.cloud.secretmanager_v1 import SecretManagerServiceClient

from grid_shared.secrets import local
from grid_shared.secrets.config import SecretsConfig
from grid_shared.secrets.errors import SecretError, translate_error
from grid_shared.secrets.manager import retry, validate_response
from grid_shared.secrets.value import SecretValue
from grid_shared.secrets.value_cache import ValueCache


class Secrets:
    """A service's secrets: from the environment, else a mounted file, else Secret Manager.

    Safe for threads. The client is made when Secret Manager is first asked, so a service whose
    secrets are all injected needs no credentials.
    """

    def __init__(
        self,
        config: SecretsConfig,
        *,
        client: Callable[[], SecretManagerServiceClient] = SecretManagerServiceClient,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        self._config = config
        self._make_client = client
        self._client: SecretManagerServiceClient | None = None
        self._environ = environ
        self._values = ValueCache(config, clock, rng or random.Random())  # noqa: S311 - jitter
        self._flights: dict[tuple[str, int], Future[SecretValue]] = {}
        self._lock = threading.Lock()

    def get(self, name: str, version: str = local.LATEST) -> SecretValue:
        """Return the value of a secret; a numbered version is always Secret Manager's.

        Threads that ask for the same secret at once share one read.

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
                self._values.put(resource, value, generation)
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
        deadline = self._config.deadline
        try:
            with self._lock:
                client = self._client = self._client or self._make_client()
            response = client.access_secret_version(
                name=resource, timeout=deadline, retry=retry(deadline)
            )
        except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
            raise translate_error(error, resource) from error
        return validate_response(response, resource)

    def invalidate(self, name: str | None = None, version: str = local.LATEST) -> None:
        """Forget one secret, or all: the next call reads. Say after a refused password."""
        self._values.invalidate(None if name is None else self._config.resource(name, version))
