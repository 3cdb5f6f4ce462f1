"""The table of statements in docs/database.md, row by row."""

import re
from pathlib import Path

import pytest

from grid_migrations import squawk
from grid_migrations.expand_rules import ExpandRules

PAGE = Path(__file__).parents[3] / "docs" / "database.md"
HEADER = "| Statement | Guard | squawk |\n| --- | --- | --- |\n"


def rows() -> list[tuple[str, str, str]]:
    """Return statement, guard and squawk of each row."""
    table = PAGE.read_text("utf-8").partition(HEADER)[2].partition("\n\n")[0]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in table.splitlines()]
    return [
        (statement.strip(" `").replace("\\|", "|"), guard.strip(), rules.strip())
        for statement, guard, rules in cells
    ]


@pytest.mark.parametrize(("statement", "guard", "rules"), rows())
def test_guard_and_squawk_say_what_the_page_says(statement: str, guard: str, rules: str) -> None:
    assert "; ".join(ExpandRules().problems(statement)) == guard.replace("passes", "")
    found = squawk.findings(f"BEGIN;\n{statement}\n;\nCOMMIT;\n", squawk.TIMEOUTS)
    assert ", ".join(dict.fromkeys(finding.rule for finding in found)) == rules


def test_page_has_forty_statements() -> None:
    assert len(rows()) >= 40


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE new DROP a",
        "ALTER TABLE new RENAME a TO b",
        "CREATE INDEX i ON new (a)",
        "DELETE FROM new",
        "TRUNCATE new",
        "ALTER TABLE grid.new ALTER a SET NOT NULL",
        "DROP TABLE new",
        "ALTER TABLE new RENAME TO newer; ALTER TABLE newer DROP a",
    ],
)
def test_guard_allows_any_change_of_table_of_same_revision(statement: str) -> None:
    rules = ExpandRules()
    assert ExpandRules().problems(statement)
    assert rules.problems("CREATE TABLE new (a bigint)") == []
    assert rules.problems(statement) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE new, users",
        "TRUNCATE users, new",
        "ALTER TABLE other.new DROP a",
        "WITH gone AS (DELETE FROM users) INSERT INTO new SELECT 1",
        "/* new */ DELETE FROM users",
        "DO $$ BEGIN PERFORM 1; DELETE FROM users; END $$",
        "DO LANGUAGE plpython3u $$ pass $$",
        "EXPLAIN ANALYZE DELETE FROM users",
        "SELEC 1",
    ],
)
def test_guard_rejects_change_beside_new_table(statement: str) -> None:
    rules = ExpandRules()
    rules.problems("CREATE TABLE new (a bigint)")
    assert rules.problems(statement)
