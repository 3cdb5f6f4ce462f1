"""Runs revisions on the connection that the caller holds the lock on."""

from alembic import context

from grid_migrations.errors import MigrationError, Problem
from grid_migrations.settings import SCHEMA

if (connection := context.config.attributes.get("connection")) is None:
    raise SystemExit(
        str(
            MigrationError(
                Problem(
                    what="Alembic's own command cannot run revisions",
                    where="python -m alembic",
                    reason="It does not lock the database, and does not check or verify revisions.",
                    advice="Run the revisions: python -m grid_migrations upgrade",
                )
            )
        )
    )
context.configure(
    connection=connection,
    version_table_schema=SCHEMA,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
