"""Writes the schema that the revisions create: `python -m tests.services.migrations.record`."""

from grid_migrations.upgrade import Migrator
from tests.services.migrations import databases
from tests.services.servers import postgres_server

if __name__ == "__main__":
    with postgres_server() as server:
        migrator = Migrator(databases.create(server).settings)
        migrator.upgrade(contract=True, verify=False)
        migrator.record()
