"""The same tests for threads and for asyncio."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.cloud.secretmanager_v1 import (
    SecretManagerServiceAsyncClient,
    SecretManagerServiceClient,
)
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcAsyncIOTransport as AsyncTransport,
    SecretManagerServiceGrpcTransport as Transport,
)

from grid_shared import AsyncSecrets, Secrets, SecretsConfig, SecretValue
from tests.services.secrets.manager import SecretManager, secret_manager

NAME = "jwt-secret"
RESOURCE = "projects/p/secrets/grid-dev-jwt-secret/versions/latest"


@dataclass
class Harness:
    """Secret Manager, a clock that the test sets, and readers of one kind."""

    manager: SecretManager
    kind: str
    runner: asyncio.Runner
    config: SecretsConfig
    environ: dict[str, str] = field(default_factory=dict)
    now: float = 0.0

    def reader(self, *, changed: Callable[[str], object] | None = None, **changes: Any) -> "Reader":
        """Secrets with a configuration that differs in `changes`."""
        settings: dict[str, Any] = {
            "environ": self.environ,
            "clock": lambda: self.now,
            "rng": random.Random(1),
        }
        if changed:
            settings["changed"] = changed
        config = replace(self.config, **changes)
        if self.kind == "sync":
            channel = grpc.insecure_channel(self.manager.address)
            client = SecretManagerServiceClient(transport=Transport(channel=channel))
            return Reader(self, Secrets(config, client=lambda: client, **settings))

        def make() -> SecretManagerServiceAsyncClient:
            channel = grpc.aio.insecure_channel(self.manager.address)
            return SecretManagerServiceAsyncClient(transport=AsyncTransport(channel=channel))

        return Reader(self, AsyncSecrets(config, client=make, **settings))


@dataclass
class Reader:
    """Secrets of either kind, called in the same way."""

    harness: Harness
    secrets: Secrets | AsyncSecrets

    def value(self, name: str = NAME, **arguments: str) -> SecretValue:
        """One read."""
        result = self.secrets.get(name, **arguments)
        if isinstance(result, SecretValue):
            return result
        return self.harness.runner.run(self._coroutine(result))

    def get(self, name: str = NAME, **arguments: str) -> str:
        """One read, as text."""
        return self.value(name, **arguments).text()

    @staticmethod
    async def _coroutine(result: Awaitable[SecretValue]) -> SecretValue:
        return await result


@pytest.fixture(params=["sync", "async"])
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Harness]:
    config = SecretsConfig(project="p", prefix="grid-dev-", mount=tmp_path / "secrets", deadline=2)
    with secret_manager() as manager, asyncio.Runner() as runner:
        manager.versions[RESOURCE] = b"first"
        yield Harness(manager, request.param, runner, config)
