"""The same tests for threads and for asyncio."""

import asyncio
import random
from collections.abc import Awaitable, Iterator
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
class World:
    """A Secret Manager, a clock that the test moves, and readers of one kind."""

    manager: SecretManager
    kind: str
    runner: asyncio.Runner
    config: SecretsConfig
    environ: dict[str, str] = field(default_factory=dict)
    now: float = 0.0

    def reader(self, **changes: Any) -> "Reader":
        """Secrets with a configuration that differs in `changes`."""
        settings: dict[str, Any] = {
            "environ": self.environ,
            "clock": lambda: self.now,
            "rng": random.Random(1),
        }
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

    world: World
    secrets: Secrets | AsyncSecrets

    def value(self, name: str = NAME, **arguments: str) -> SecretValue:
        """One read."""
        got = self.secrets.get(name, **arguments)
        return got if isinstance(got, SecretValue) else self.world.runner.run(self._coroutine(got))

    def get(self, name: str = NAME, **arguments: str) -> str:
        """One read, as text."""
        return self.value(name, **arguments).text()

    @staticmethod
    async def _coroutine(got: Awaitable[SecretValue]) -> SecretValue:
        return await got


@pytest.fixture(params=["sync", "async"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    config = SecretsConfig(project="p", prefix="grid-dev-", mount=tmp_path / "secrets", deadline=2)
    with secret_manager() as manager, asyncio.Runner() as runner:
        manager.versions[RESOURCE] = b"first"
        yield World(manager, request.param, runner, config)
