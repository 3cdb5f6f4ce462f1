"""A database for each test."""

import pytest

from tests.services.migrations import databases
from tests.services.migrations.databases import Database
from tests.services.servers import PostgresServer


@pytest.fixture
def database(postgres: PostgresServer) -> Database:
    return databases.create(postgres)
