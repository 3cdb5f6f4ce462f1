"""Runs revisions on the connection that the caller holds the lock on."""

from alembic import context

from grid_migrations.settings import SCHEMA

if (connection := context.config.attributes.get("connection")) is None:
    raise SystemExit("use `python -m grid_migrations upgrade`: it checks, locks and verifies")
context.configure(
    connection=connection,
    version_table_schema=SCHEMA,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
