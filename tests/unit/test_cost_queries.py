"""The SQL of the cost report: BigQuery's grammar, and what comes of a few rows.

sqlglot reads the dialect of BigQuery and writes that of DuckDB, which runs it here.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
import sqlglot
from constructs.cost import queries
from sqlglot import exp

PACIFIC = ZoneInfo("America/Los_Angeles")
EXPORT, VIEW, REPORT = "grid.export.table", "grid.cost.view", "grid.cost.report"
PROJECT, DAYS = "grid-test-example", 30
DAILY_COST = queries.daily_cost(EXPORT, PROJECT, DAYS)
KEEP = queries.keep(VIEW, REPORT, DAYS)
TABLE = """
CREATE TABLE grid.export.table (
  _PARTITIONTIME TIMESTAMPTZ, usage_start_time TIMESTAMPTZ, currency TEXT, cost DOUBLE,
  service STRUCT(description TEXT), sku STRUCT(description TEXT), project STRUCT(id TEXT),
  credits STRUCT(amount DOUBLE)[]
)
"""


def _duck(query: str) -> str:
    [translated] = sqlglot.transpile(query, read="bigquery", write="duckdb")
    return translated


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Create an empty export, its view, and an empty report."""
    with duckdb.connect() as warehouse:
        warehouse.execute("SET timezone = 'UTC'")
        for statement in ("ATTACH ':memory:' AS grid", "CREATE SCHEMA grid.export", TABLE):
            warehouse.execute(statement)
        warehouse.execute("CREATE SCHEMA grid.cost")
        warehouse.execute(f"CREATE VIEW {VIEW} AS {_duck(DAILY_COST)}")
        kinds = {"STRING": "TEXT", "FLOAT64": "DOUBLE"}
        columns = ", ".join(f"{name} {kinds.get(kind, kind)}" for name, kind in queries.COLUMNS)
        warehouse.execute(f"CREATE TABLE {REPORT} ({columns})")
        yield warehouse


def _bill(warehouse: duckdb.DuckDBPyConnection, used: datetime, cost: float, **more: Any) -> None:
    """One row of the export, loaded some hours after the use unless told otherwise."""
    loaded: datetime = more.get("loaded", used + timedelta(hours=5))
    amounts: list[float] = more.get("credits", [])
    warehouse.execute(
        f"INSERT INTO {EXPORT} VALUES (date_trunc('day', ?::TIMESTAMPTZ), ?, 'USD', ?, "
        "{'description': 'Cloud Run'}, {'description': ?}, {'id': ?}, ?)",
        [
            loaded,
            used,
            cost,
            more.get("sku", "CPU"),
            more.get("project", PROJECT),
            [{"amount": amount} for amount in amounts],
        ],
    )


def _days(warehouse: duckdb.DuckDBPyConnection, table: str = VIEW) -> list[tuple[date, float]]:
    rows = warehouse.execute(f"SELECT usage_date, daily_cost FROM {table} ORDER BY 1").fetchall()
    return [(day, cost) for day, cost in rows]


def _noon(days_ago: int = 1) -> datetime:
    """Noon in Pacific time, some days ago."""
    now = datetime.now(PACIFIC)
    return now.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)


def test_daily_cost_subtracts_credits(warehouse: duckdb.DuckDBPyConnection) -> None:
    _bill(warehouse, _noon(), 10, credits=[-2.5, -0.5])
    _bill(warehouse, _noon(), 1)
    found = warehouse.execute(f"SELECT * FROM {VIEW}").fetchall()
    assert found == [(_noon().date(), "Cloud Run", "CPU", "USD", 11.0, 8.0)]


def test_days_are_in_pacific_time(warehouse: duckdb.DuckDBPyConnection) -> None:
    late = _noon().replace(hour=23)
    assert late.astimezone(UTC).date() > late.date()
    _bill(warehouse, late, 3)
    assert _days(warehouse) == [(late.date(), 3.0)]


def test_view_covers_the_configured_number_of_days(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    first = _noon(DAYS).replace(hour=0)
    _bill(warehouse, first, 1, loaded=first)
    before = first - timedelta(minutes=1)
    _bill(warehouse, before, 2, loaded=_noon())
    assert _days(warehouse) == [(first.date(), 1.0)]


def test_view_filters_by_project(warehouse: duckdb.DuckDBPyConnection) -> None:
    _bill(warehouse, _noon(), 5, project="another-example")
    assert _days(warehouse) == []


def test_view_sorts_by_day_and_cost_descending(warehouse: duckdb.DuckDBPyConnection) -> None:
    _bill(warehouse, _noon(2), 9)
    _bill(warehouse, _noon(1), 1)
    _bill(warehouse, _noon(1), 4, sku="Memory")
    costs = warehouse.execute(_duck(DAILY_COST)).fetchall()
    assert [row[-1] for row in costs] == [4.0, 1.0, 9.0]


def test_report_keeps_days_that_left_the_view(warehouse: duckdb.DuckDBPyConnection) -> None:
    old = _noon(DAYS + 1).date()
    row = (old, "Cloud Run", "CPU", "USD", 7.0, 7.0)
    warehouse.execute(f"INSERT INTO {REPORT} VALUES (?, ?, ?, ?, ?, ?)", row)
    _bill(warehouse, _noon(), 1)
    warehouse.execute(_duck(KEEP))
    assert _days(warehouse, REPORT) == [(old, 7.0), (_noon().date(), 1.0)]


def test_merge_rewrites_a_changed_day(warehouse: duckdb.DuckDBPyConnection) -> None:
    for cost in (1, 2):
        _bill(warehouse, _noon(), cost)
        warehouse.execute(_duck(KEEP))
    assert _days(warehouse, REPORT) == [(_noon().date(), 3.0)]


def test_merge_is_idempotent(warehouse: duckdb.DuckDBPyConnection) -> None:
    _bill(warehouse, _noon(), 1)
    for _ in range(2):
        warehouse.execute(_duck(KEEP))
    assert _days(warehouse, REPORT) == [(_noon().date(), 1.0)]


def test_queries_read_only_the_partitions_of_the_days() -> None:
    """What BigQuery bills is what a filter on the partition leaves."""
    where = sqlglot.parse_one(DAILY_COST, dialect="bigquery").find(exp.Where)
    assert where is not None
    bounds = [
        one for one in where.find_all(exp.GTE) if one.this.sql("bigquery") == "_PARTITIONTIME"
    ]
    assert len(bounds) == 1
    assert not list(bounds[0].expression.find_all(exp.Column))


def test_report_columns_equal_those_of_the_view() -> None:
    selected = sqlglot.parse_one(DAILY_COST, dialect="bigquery").find(exp.Select)
    assert selected is not None
    assert tuple(selected.named_selects) == tuple(name for name, _ in queries.COLUMNS)
