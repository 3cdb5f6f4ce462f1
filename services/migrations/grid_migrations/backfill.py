"""Changes of many rows in short transactions, for a revision."""

import logging
from typing import Any

from alembic import op
from sqlalchemy import text

from grid_migrations.errors import Problem, RevisionError

_log = logging.getLogger(__name__)


def backfill(table: str, values: str, where: str, *, key: str = "id", rows: int = 1000) -> None:
    """Update the rows that match, in batches of one transaction each.

    Services wait for the locks of one batch only. After an interruption the revision continues with
    the remaining rows, because updated rows no longer match. Services write meanwhile, so the
    revision repeats its pass over the table until no row matches.

    Args:
        table: A table of the schema.
        values: Assignments in SQL: `nickname = display_name`.
        where: Condition in SQL. It must be false for an updated row.
        key: Column with a unique index; the batches follow its order.
        rows: Rows in a batch.

    Raises:
        RevisionError: rows that were updated still match `where`.
    """
    context = op.get_context()
    if context.as_sql:
        op.execute(_escape(f"UPDATE {table} SET {values} WHERE {where}"))
        return
    total = 0
    with context.autocommit_block():
        while changed := _pass(table, values, where, key, rows):
            total += changed
    _log.info("backfilled %s", table, extra={"rows": total})


def _pass(table: str, values: str, where: str, key: str, rows: int) -> int:
    """Update all rows that match once, and return their number."""
    statement = _escape(
        f"WITH batch AS (SELECT {key} AS backfill_key FROM {table} WHERE ({where}) AND %AFTER%"
        f" ORDER BY {key} LIMIT {rows} FOR NO KEY UPDATE),"
        f" changed AS (UPDATE {table} SET {values} FROM batch WHERE {table}.{key} = backfill_key"
        " RETURNING backfill_key)"
        " SELECT backfill_key, count(*) OVER () FROM changed ORDER BY backfill_key DESC LIMIT 1"
    )
    connection = op.get_bind()
    first, later = (
        text(statement.replace("%AFTER%", after)) for after in ("true", f"{key} > :last")
    )
    row: Any = connection.execute(first).one_or_none()
    if row:
        left = _escape(f"SELECT count(*) FROM {table} WHERE ({where}) AND {key} <= ")
        if connection.scalar(text(f"{left}:last"), {"last": row[0]}) >= row[1]:
            raise RevisionError(
                Problem(
                    what=f"The backfill of {table} would never end",
                    where=f"backfill({table!r}, ...) of the revision",
                    reason=f"Rows that were updated still match {where!r}.",
                    advice="Change `where` so that it is false for an updated row",
                )
            )
    total = 0
    while row:
        total += row[1]
        row = connection.execute(later, {"last": row[0]}).one_or_none()
    return total


def _escape(sql: str) -> str:
    r"""Return SQL in which `:name` is no parameter: SQLAlchemy wants `\:`."""
    return sql.replace(":", r"\:")
