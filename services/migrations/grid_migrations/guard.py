"""Guard that rejects destructive statements in a revision of the phase `expand`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from grid_migrations.errors import FailedError
from grid_migrations.revisions import Phase

_DESTRUCTIVE = re.compile(
    r"""\b(
        DROP \s+ (TABLE|COLUMN|DEFAULT|SCHEMA|TYPE|VIEW|MATERIALIZED|SEQUENCE|FUNCTION|TRIGGER)
      | TRUNCATE
      | DELETE \s+ FROM \s+ (?!alembic_version)
      | RENAME
      | ALTER \s+ COLUMN \s+ \S+ \s+ (SET \s+ DATA \s+)? TYPE
      | SET \s+ NOT \s+ NULL
      | ADD \s+ (COLUMN \s+)? (?! [^,;]* \b(DEFAULT|GENERATED)\b ) [^,;]* (?<!IS\s) NOT \s+ NULL
      | SET \s+ SCHEMA
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


@contextmanager
def guard_statements(connection: Connection, phase: Phase, revision: str) -> Iterator[None]:
    """Let pass what the phase allows. It reads statements, so it sees mistakes and not malice.

    Raises:
        FailedError: a statement takes something away in an `expand`; it was not sent.
    """

    def check(_: Connection, __: Any, statement: str, *___: Any) -> None:
        if match := _DESTRUCTIVE.search(statement):
            raise FailedError(
                f"revision {revision} says expand, and has {' '.join(match[0].split())}: services "
                "that run now may use what it changes. Move it to a revision that says contract"
            )

    if phase == "contract":
        yield
        return
    event.listen(connection, "before_cursor_execute", check)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", check)
