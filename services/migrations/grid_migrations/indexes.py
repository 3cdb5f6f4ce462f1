"""Indexes that are built while the table is read and written."""

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
    """Names of the indexes that an interrupted build left behind: kept up to date, never used."""
    return list(connection.scalars(_INVALID, {"schema": SCHEMA}))


def create_concurrently(name: str, table: str, columns: list[Any], **options: Any) -> None:
    """Build an index with CREATE INDEX CONCURRENTLY, in a revision; options as `op.create_index`.

    May be run again after any interruption: an index that exists is left alone, one that an
    interrupted build left INVALID is dropped first. CONCURRENTLY runs outside a transaction. It
    waits for older transactions without blocking anyone, so it may wait longer than other
    statements: ten minutes for a lock, and without limit for the building. On an error the
    session's limits are not restored, because the caller lets go of the connection.
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
