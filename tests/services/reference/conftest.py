"""A migrated database for each test."""

import pytest

from grid_migrations.seed import seed
from grid_migrations.settings import Settings
from grid_migrations.upgrade import Migrator
from tests.services.migrations import databases
from tests.services.migrations.databases import Database
from tests.services.reference.tokens import KEY
from tests.services.servers import PostgresServer, RedisServer


@pytest.fixture
def database(postgres: PostgresServer) -> Database:
    """With Ada and Grace in it."""
    database = databases.create(postgres)
    Migrator(database.settings).upgrade()
    seed(Settings.of(database.environment | {"NODE_ENV": "development"}), development=True)
    return database


@pytest.fixture
def environment(database: Database, redis: RedisServer) -> dict[str, str]:
    """Return the variables of a service that has a database and a cache."""
    url = database.environment["DATABASE_URL"].replace(database.owner, database.app)
    return {
        "SERVICE": "api",
        "GOOGLE_CLOUD_PROJECT": "grid-dev-example",
        "DATABASE_URL": url,
        "DATABASE_POOL_SIZE": "2",
        "REDIS_URL": redis.url,
        "REDIS_CA_CERTS": redis.ca,
        "JWT_SECRET": KEY,
    }
