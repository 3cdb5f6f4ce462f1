"""One PostgreSQL for each file of tests, and a database for each test."""

from collections.abc import Iterator

import pytest

from tests.services.migrations import databases
from tests.services.migrations.databases import Database
from tests.services.servers import PostgresServer, postgres_server


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as started:
        yield started


@pytest.fixture
def database(server: PostgresServer) -> Database:
    return databases.create(server)
