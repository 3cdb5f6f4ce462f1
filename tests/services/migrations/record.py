"""Writes the schema that the revisions create: `python -m tests.services.migrations.record`."""

from contextlib import suppress

from grid_migrations.errors import UnverifiedError
from grid_migrations.upgrade import Migrator
from tests.services.migrations import databases
from tests.services.servers import postgres_server

if __name__ == "__main__":
    with postgres_server() as server:
        migrator = Migrator(databases.create(server).settings)
        with suppress(UnverifiedError):  # the record is that of the revisions before
            migrator.upgrade(contract=True)
        migrator.record()
