"""Rules of database flags: names and values that Cloud SQL and PostgreSQL accept."""

from collections.abc import Iterator
from difflib import get_close_matches

from environments.messages import shown
from environments.problems import Path, Problem
from environments.schema import Environment
from facts import sql_flags

_PAGE = "https://cloud.google.com/sql/docs/postgres/flags lists them"


def check_flags(environment: Environment) -> Iterator[Problem]:
    """Check that Cloud SQL has each flag, with a value that it accepts."""
    version = int(environment.database.version.removeprefix("POSTGRES_"))
    for name, value in environment.database.flags.items():
        at: Path = ("database", "flags", name)
        removed = sql_flags.removed_in(name)
        if name not in sql_flags.names():
            near = get_close_matches(name, sql_flags.names(), n=1)
            perhaps = f", perhaps {near[0]}" if near else ""
            yield Problem(at, name, f"a flag of Cloud SQL for PostgreSQL{perhaps}: {_PAGE}")
        elif removed and version >= removed:
            expected = f"no such flag: PostgreSQL {removed} and newer versions do not have it"
            yield Problem(at, name, expected, depends_on=(("database", "version"),))
        elif name != "max_connections" and not sql_flags.is_valid(name, value):
            expected = f"{sql_flags.expected_values(name)}, as {name} takes it: {_PAGE}"
            yield Problem(at, shown(value), expected)


def check_slow_query_limit(environment: Environment) -> Iterator[Problem]:
    """Check that `slow_query_ms` is a value of the flag that it becomes."""
    _, most = sql_flags.integers()["log_min_duration_statement"]
    if environment.database.slow_query_ms > most:
        path = ("database", "slow_query_ms")
        yield Problem(path, str(environment.database.slow_query_ms), f"{most} or less")


RULES = (check_flags, check_slow_query_limit)
