"""One Redis and one PostgreSQL for all tests of a process; each has names of its own there."""

from collections.abc import Iterator

import pytest

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
