"""PostgreSQL, Redis and an instance of the service api that has just been added."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.api.load import HEALTH, Users, fill
from grid_migrations.upgrade import Migrator
from grid_shared import CacheConfig, connect
from tests.services.kit.instances import Instance, instance as service_instance
from tests.services.kit.tokens import KEY, issuer, token
from tests.services.migrations import databases
from tests.services.migrations.databases import Database
from tests.services.servers import postgres_server, redis_server

USERS = 1000
NOT_CACHED = 10
"""Each tenth user is in no cache."""


EVERY = 20
"""Each twentieth request asks for no user."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """An instance with an empty memory, and a Redis that another instance has filled."""

    database: Database
    instance: Instance
    users: Users


@contextmanager
def deployment() -> Iterator[Deployment]:
    """Run all parts on this machine, Redis with TLS and AUTH."""
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        database = databases.create(stack.enter_context(postgres_server()))
        Migrator(database.settings).upgrade()
        database.execute(
            "INSERT INTO users (email) SELECT n || '@example.com' FROM"  # noqa: S608 - a number
            f" generate_series(1, {USERS}) AS n"
        )
        paths = [f"/users/{key}" for key in database.query("SELECT id FROM users")]
        tokens = {path: token(path.rpartition("/")[2], exp=time.time() + 86_400) for path in paths}
        cached = [path for number, path in enumerate(paths) if number % NOT_CACHED]
        url = database.environment["DATABASE_URL"].replace(database.owner, database.app)
        environment = {
            "DATABASE_URL": url,
            "REDIS_URL": redis.url,
            "REDIS_CA_CERTS": redis.ca,
            "JWKS_URL": stack.enter_context(issuer(KEY)).url,
        }
        with service_instance(environment) as other:
            asyncio.run(fill(other.port, cached, tokens))
        instance = stack.enter_context(service_instance(environment))
        for place in range(0, USERS, EVERY):
            paths.insert(place, HEALTH)
        yield Deployment(
            database, instance, Users(paths, asyncio.run(_in_redis(environment)), tokens)
        )


async def _in_redis(environment: dict[str, str]) -> frozenset[str]:
    """Paths of the users that are there. One whose store took too long is not."""
    redis = connect(environment)
    prefix = f"{CacheConfig(namespace='users').prefix}:".encode()
    keys = [key async for key in redis.scan_iter(prefix + b"*")]
    await redis.aclose()
    return frozenset(f"/users/{key.removeprefix(prefix).decode()}" for key in keys)
