"""Guard that blocks statements of an expand revision that can break running services."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from psycopg import ClientCursor
from sqlalchemy import Connection, event
from sqlalchemy.engine import ExecutionContext

from grid_migrations.errors import FailedError, Problem
from grid_migrations.expand_rules import ExpandRules
from grid_migrations.revisions import Phase

EXEMPT: Final = "grid_expand_exempt"
"""Execution option of a statement that the guard does not check."""

_REASON = "Services of the previous release run during the migration and after it."


@contextmanager
def guard_statements(connection: Connection, phase: Phase, revision: str) -> Iterator[None]:
    """Check each statement before it is sent, if the phase is `expand`.

    `check` finds most of them before anything is changed. The guard checks every statement, also
    those that a revision composes from data of the database.

    Raises:
        FailedError: a statement can break running services; it was not sent.
    """
    rules = ExpandRules()

    def check(
        _: Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: ExecutionContext,
        executemany: bool,  # noqa: FBT001 - SQLAlchemy's signature
    ) -> None:
        if context.execution_options.get(EXEMPT):
            return
        values = parameters[0] if executemany else parameters
        # The parser knows no placeholders; this is how psycopg itself writes values into them.
        sql = ClientCursor(cursor.connection).mogrify(statement.encode(), values)
        if problems := rules.problems(sql):
            raise FailedError(describe(revision, problems))

    if phase == "contract":
        yield
        return
    event.listen(connection, "before_cursor_execute", check)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", check)


def describe(revision: str, effects: list[str]) -> Problem:
    """Return the problem of an expand revision that can break running services."""
    return Problem(
        what=f"Expand revision {revision} can break running services",
        where=f"revision {revision}",
        reason="\n".join([*(f"It {effect}." for effect in effects), _REASON]),
        advice="Move the statement to a contract revision of a later release",
    )
