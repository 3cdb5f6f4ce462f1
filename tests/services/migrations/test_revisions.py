"""Tests of IDs, merges, errors in the code of a revision, and backfills."""

from pathlib import Path

import pytest

from grid_migrations.errors import BlockedError, RevisionError
from grid_migrations.upgrade import Migrator
from tests.services.migrations.databases import Database, revision

TABLE = 'op.execute("CREATE TABLE t (id int PRIMARY KEY, a int)")'


def at(database: Database) -> list[str]:
    return database.query("SELECT version_num FROM alembic_version")


@pytest.mark.parametrize("applied_first", ["1", "2a", "2b", "nothing"])
def test_merge_revision_joins_branches(
    database: Database, tmp_path: Path, applied_first: str
) -> None:
    revision(tmp_path, "1", None, "expand", TABLE)
    if applied_first != "nothing":
        if applied_first != "1":
            revision(tmp_path, applied_first, "1", "expand", "pass")
        Migrator(database.settings, versions=tmp_path).upgrade()
    for branch in ("2a", "2b"):
        body = f'op.execute("ALTER TABLE t ADD COLUMN c{branch} int")'
        revision(tmp_path, branch, "1", "expand", "pass" if branch == applied_first else body)
    revision(tmp_path, "3", ("2a", "2b"), "expand", "pass")
    migrator = Migrator(database.settings, versions=tmp_path)
    migrator.upgrade()
    assert at(database) == ["3"]
    migrator.verify()
    assert migrator.check().pending == ()


def test_upgrade_continues_between_branches_and_merge(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", TABLE)
    revision(tmp_path, "2a", "1", "expand", "pass")
    revision(tmp_path, "2b", "1", "expand", "pass")
    revision(tmp_path, "3", ("2a", "2b"), "expand", "raise KeyError")
    migrator = Migrator(database.settings, versions=tmp_path)
    with pytest.raises(RevisionError):
        migrator.upgrade()
    assert sorted(at(database)) == ["2a", "2b"]
    revision(tmp_path, "3", ("2a", "2b"), "expand", "pass")
    Migrator(database.settings, versions=tmp_path).upgrade()
    assert at(database) == ["3"]


@pytest.mark.parametrize("length", [33, 60])
def test_check_rejects_id_that_alembic_cannot_store(
    database: Database, tmp_path: Path, length: int
) -> None:
    revision(tmp_path, "1", None, "expand", TABLE)
    revision(tmp_path, "2" * length, "1", "expand", "pass")
    with pytest.raises(
        BlockedError, match=f"Expected: 32 characters.*\n  Actual: {length} characters"
    ):
        Migrator(database.settings, versions=tmp_path).check()
    with pytest.raises(BlockedError):
        Migrator(database.settings, versions=tmp_path).upgrade()
    assert database.query("SELECT to_regclass('grid.t')") == [None]


def test_upgrade_takes_id_of_32_characters(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1" * 32, None, "expand", "pass")
    Migrator(database.settings, versions=tmp_path).upgrade()
    assert at(database) == ["1" * 32]


@pytest.mark.parametrize("text", ["open :daily", "at 10:30 :now", "{:key}"])
def test_check_names_colon_that_is_read_as_parameter(
    database: Database, tmp_path: Path, text: str
) -> None:
    statement = f"COMMENT ON TABLE t IS '{text} secret value'"
    revision(tmp_path, "1", None, "expand", f"{TABLE}; op.execute({statement!r})")
    with pytest.raises(BlockedError, match=r"reads \":\w+\" as a parameter") as caught:
        Migrator(database.settings, versions=tmp_path).check()
    assert "secret value" not in str(caught.value)


def test_upgrade_names_colon_in_revision_that_needs_database(
    database: Database, tmp_path: Path
) -> None:
    body = "op.get_bind().exec_driver_sql('SELECT 1').scalar(); op.execute('SELECT :daily')"
    revision(tmp_path, "1", None, "expand", body)
    with pytest.raises(RevisionError, match='reads ":daily" as a parameter'):
        Migrator(database.settings, versions=tmp_path).upgrade()


def test_error_in_code_of_revision_is_its_own(database: Database, tmp_path: Path) -> None:
    body = "rows = op.get_bind().exec_driver_sql(\"SELECT 'secret value'\").scalars()"
    revision(tmp_path, "1", None, "expand", f"{body}; raise ValueError(list(rows))")
    with pytest.raises(RevisionError, match=r"revision 1 raised ValueError\n  --> r1\.py:6\n"):
        Migrator(database.settings, versions=tmp_path).upgrade()
    assert database.query("SELECT to_regclass('grid.t')") == [None]


def test_percent_and_escaped_colon_reach_database(database: Database, tmp_path: Path) -> None:
    body = "op.execute(r\"COMMENT ON TABLE t IS '100% at \\:noon'\")"
    revision(tmp_path, "1", None, "expand", f"{TABLE}; {body}")
    Migrator(database.settings, versions=tmp_path).upgrade()
    assert database.query("SELECT obj_description('grid.t'::regclass)") == ["100% at :noon"]


def filled(database: Database, tmp_path: Path, body: str) -> Migrator:
    revision(tmp_path, "1", None, "expand", TABLE)
    Migrator(database.settings, versions=tmp_path).upgrade()
    database.execute("INSERT INTO t SELECT n, NULL FROM generate_series(1, 2500) AS n")
    code = f"from grid_migrations.backfill import backfill; {body}"
    revision(tmp_path, "2", "1", "expand", code)
    return Migrator(database.settings, versions=tmp_path)


def test_backfill_updates_every_row_in_batches(database: Database, tmp_path: Path) -> None:
    body = 'backfill("t", "a = id::int + 1", "a IS NULL", rows=300)'
    filled(database, tmp_path, body).upgrade()
    assert database.query("SELECT count(*) FROM t WHERE a = id + 1") == [2500]
    transactions = database.query("SELECT count(DISTINCT xmin::text) FROM t")
    assert transactions == [9]


def test_backfill_continues_after_failure(database: Database, tmp_path: Path) -> None:
    body = 'backfill("t", "a = 10 / (2100 - id)", "a IS NULL", rows=500)'
    migrator = filled(database, tmp_path, body)
    with pytest.raises(Exception, match="division by zero"):
        migrator.upgrade()
    assert database.query("SELECT count(*) FROM t WHERE a IS NOT NULL") == [2000]
    database.execute("UPDATE t SET a = 0 WHERE id = 2100")
    migrator.upgrade()
    assert database.query("SELECT count(*) FROM t WHERE a IS NULL") == [0]


def test_backfill_rejects_condition_that_stays_true(database: Database, tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match="Rows that were updated still match 'id > 0'"):
        filled(database, tmp_path, 'backfill("t", "a = 1", "id > 0")').upgrade()
