"""Reserved names and database flags, with PostgreSQL as the judge, and time zones with zoneinfo."""

from collections.abc import Callable, Iterator
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from facts import cloud_sql, sql_flags
from tests.environments.samples import changed, problems_of
from tests.services.servers.postgres import postgres_server

Judge = Callable[[str, str], str]
"""Function that creates and drops a `ROLE` or `DATABASE`, and returns PostgreSQL's error if any."""
Connection = psycopg.Connection[tuple[Any, ...]]
PREFIXES = [f"{prefix}{rest}" for prefix in ("pg_", "pg", "p") for rest in ("", "app", "monitor")]
NEIGHBORS = [
    *("public", "public_", "none", "nones", "postgres", "postgres_", "template0", "template1"),
    *("template2", "user", "current_user", "session_user", "all", "select", "grid", "default"),
    *PREFIXES,
]
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,62}", fullmatch=True) | st.sampled_from(NEIGHBORS)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """Start a PostgreSQL, and connect to it as its superuser."""
    with postgres_server() as server, psycopg.connect(server.url, autocommit=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def judge(connection: Connection) -> Judge:
    """Return a function that creates roles and databases."""

    def create(kind: str, name: str) -> str:
        quoted = psycopg.sql.Identifier(name)
        try:
            connection.execute(psycopg.sql.SQL(f"CREATE {kind} {{}}").format(quoted))
        except psycopg.Error as error:
            return str(error)
        connection.execute(psycopg.sql.SQL(f"DROP {kind} {{}}").format(quoted))
        return ""

    return create


def _is_rejected(path: str, name: str) -> bool:
    return problems_of(changed("dev", {path: name})) != []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES)
def test_check_rejects_the_users_that_postgresql_rejects(judge: Judge, name: str) -> None:
    rejected = judge("ROLE", name) != "" or name.startswith("cloudsql")
    assert _is_rejected("database.user", name) == rejected or name == "grid_migrations"


@pytest.mark.parametrize("name", [one for one in NEIGHBORS if one not in {"pg_", "pg"}])
def test_check_rejects_the_databases_that_postgresql_rejects(judge: Judge, name: str) -> None:
    assert _is_rejected("database.name", name) == (judge("DATABASE", name) != "")


def test_postgresql_rejects_every_reserved_name(judge: Judge) -> None:
    accepted = {name for name in cloud_sql.reserved_roles() if not judge("ROLE", name)}
    accepted |= {name for name in cloud_sql.reserved_databases() if not judge("DATABASE", name)}
    assert accepted == {"cloudsqladmin"}


BUILD_OPTIONS = {"wal_compression": ["lz4"]}
"""Values that PostgreSQL has only if it was built with a library, which that of the wheel lacks
(PostgreSQL, "Write Ahead Log": wal_compression)."""


def test_flags_have_the_kinds_and_ranges_of_postgresql(connection: Connection) -> None:
    query = "SELECT lower(name), vartype, min_val, max_val, enumvals FROM pg_settings"
    settings_ = {name: others for name, *others in connection.execute(query)}
    known = {name: settings_[name] for name in sql_flags.names() if name in settings_}
    assert len(known) > 130
    for name, (kind, low, high, values) in known.items():
        words = sql_flags.expected_values(name)
        if name in sql_flags.integers():
            assert float(low) <= sql_flags.integers()[name][0], name
            assert sql_flags.integers()[name][1] <= float(high), name
        elif name in sql_flags.decimals():
            assert sql_flags.decimals()[name] == (float(low), inf if "e+" in high else float(high))
        elif kind == "bool":
            assert words == "on or off", name
        elif kind == "enum" and words:
            expected = {*values, "info", *BUILD_OPTIONS.get(name, ())}
            assert set(words.removeprefix("one of ").split(", ")) <= expected, name


ZONES = st.sampled_from(
    ["UTC", "GB", "Etc/UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+12", "EST5EDT"]
)


@settings(deadline=None)
@given(ZONES, st.sampled_from(["", "x", "/"]))
def test_check_accepts_the_time_zones_that_exist(zone: str, rest: str) -> None:
    name = f"{zone}{rest}"
    rejected = problems_of(changed("full", {"backups.time_zone": name}), "integration") != []
    if not rest:
        assert ZoneInfo(name).key == name
    assert rejected == (rest != "")
