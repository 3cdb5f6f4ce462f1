"""One Redis and one PostgreSQL for all tests of a process; each has names of its own there."""

from collections.abc import Iterator

import pytest

from grid_migrations.seed import seed
from grid_migrations.settings import Settings
from grid_migrations.upgrade import Migrator
from tests.services.kit.tokens import KEY, issuer
from tests.services.migrations import databases
from tests.services.migrations.databases import Database
from tests.services.servers import PostgresServer, RedisServer, postgres_server, redis_server


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisServer]:
    with redis_server() as started:
        yield started


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[PostgresServer]:
    with postgres_server() as started:
        yield started


@pytest.fixture
def redis(shared_redis: RedisServer) -> Iterator[RedisServer]:
    """With TLS and AUTH; a test may kill it or stop it."""
    yield shared_redis
    shared_redis.recover()


@pytest.fixture
def postgres(shared_postgres: PostgresServer) -> Iterator[PostgresServer]:
    """Provide a PostgreSQL server that a test can kill or stop."""
    yield shared_postgres
    shared_postgres.recover()


@pytest.fixture(scope="session")
def jwks_url() -> Iterator[str]:
    with issuer(KEY) as published:
        yield published.url


@pytest.fixture
def database(postgres: PostgresServer) -> Database:
    """With Ada and Grace in it."""
    database = databases.create(postgres)
    Migrator(database.settings).upgrade()
    seed(Settings.of(database.environment | {"NODE_ENV": "development"}), development=True)
    return database


@pytest.fixture
def environment(database: Database, redis: RedisServer, jwks_url: str) -> dict[str, str]:
    """Return the variables of a service that has a database and a cache."""
    url = database.environment["DATABASE_URL"].replace(database.owner, database.app)
    return {
        "SERVICE": "api",
        "GOOGLE_CLOUD_PROJECT": "grid-dev-example",
        "DATABASE_URL": url,
        "DATABASE_POOL_SIZE": "2",
        "REDIS_URL": redis.url,
        "REDIS_CA_CERTS": redis.ca,
        "JWKS_URL": jwks_url,
    }
