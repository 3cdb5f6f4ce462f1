"""Indexes that are built while services read and write the table."""

from typing import Any

from alembic import op
from sqlalchemy import Connection, quoted_name, text

from grid_migrations.guard import EXEMPT
from grid_migrations.settings import SCHEMA

_INVALID = text(
    "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
    " WHERE relnamespace = to_regnamespace(:schema) AND NOT indisvalid ORDER BY relname"
)


def find_invalid(connection: Connection) -> list[str]:
    """Return the INVALID indexes, which PostgreSQL updates but never uses."""
    return list(connection.scalars(_INVALID, {"schema": SCHEMA}))


def create_concurrently(name: str, table: str, columns: list[Any], **options: Any) -> None:
    """Build an index with CREATE INDEX CONCURRENTLY. The options are those of `op.create_index`.

    It is safe to repeat after any interruption. An existing index does not change. If an
    interrupted build left the index INVALID, it is dropped first.

    CONCURRENTLY runs outside of a transaction, and waits for older transactions without blocking
    others. So it waits longer than other statements: 10 min for a lock, and without a limit for
    the build. After an error the session's limits are not restored, because the caller closes the
    connection.
    """
    context = op.get_context()
    with context.autocommit_block():
        op.execute("SET lock_timeout = '10min'")
        op.execute("SET statement_timeout = 0")
        if not context.as_sql and name in find_invalid(op.get_bind()):
            quoted = context.dialect.identifier_preparer.quote(quoted_name(name, quote=None))
            drop = text(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}")
            op.execute(drop, execution_options={EXEMPT: True})
        op.create_index(
            name, table, columns, postgresql_concurrently=True, if_not_exists=True, **options
        )
        op.execute("RESET lock_timeout")
        op.execute("RESET statement_timeout")
