"""Tests of upgrades of the database."""

from pathlib import Path

import psycopg
import pytest

from grid_migrations.errors import BlockedError, FailedError, UnverifiedError
from grid_migrations.upgrade import Migrator
from tests.services.migrations import databases
from tests.services.migrations.databases import Database, revision
from tests.services.servers import PostgresServer

INDEXES = {
    "uq_users_email_active": "UNIQUE (lower(email)) WHERE (deleted_at IS NULL)",
    "idx_users_active_created": "(created_at DESC) WHERE (deleted_at IS NULL)",
    "idx_agents_user": "(user_id)",
    "idx_conversations_user": "(user_id, created_at DESC)",
    "idx_chat_messages_conversation": "(conversation_id, created_at DESC)",
    "idx_chat_messages_user_agent": "(user_id, agent_id, created_at DESC)",
    "idx_chat_messages_agent": "(agent_id) WHERE (agent_id IS NOT NULL)",
}


@pytest.fixture(scope="module")
def migrated(shared_postgres: PostgresServer) -> Database:
    database = databases.create(shared_postgres)
    Migrator(database.settings).upgrade()
    return database


def test_upgrade_creates_tables_and_indexes(migrated: Database) -> None:
    definitions = migrated.query("SELECT indexdef FROM pg_indexes WHERE schemaname = 'grid'")
    indexes = {}
    for definition in definitions:
        head, _, columns = definition.partition(" USING btree ")
        indexes[head.split()[-3]] = "UNIQUE " * ("UNIQUE" in head) + columns
    assert INDEXES.items() <= indexes.items()
    Migrator(migrated.settings).verify()


def test_second_upgrade_changes_nothing(migrated: Database) -> None:
    state = "SELECT oid FROM pg_class WHERE relkind IN ('r', 'i') ORDER BY oid"
    before = migrated.query(state)
    Migrator(migrated.settings).upgrade()
    assert migrated.query(state) == before
    assert Migrator(migrated.settings).check().pending == ()


def test_email_is_unique_among_active_users(database: Database) -> None:
    Migrator(database.settings).upgrade()
    database.execute("INSERT INTO users (email) VALUES ('Ada@example.com')", database.app)
    with pytest.raises(psycopg.errors.UniqueViolation):
        database.execute("INSERT INTO users (email) VALUES ('ada@example.com')", database.app)
    database.execute("UPDATE users SET deleted_at = now()", database.app)
    database.execute("INSERT INTO users (email) VALUES ('ada@example.com')", database.app)
    assert database.query("SELECT count(*) FROM users") == [2]


def test_delete_of_user_cascades(database: Database) -> None:
    Migrator(database.settings).upgrade()
    database.execute(
        """
        WITH person AS (INSERT INTO users (email) VALUES ('ada@example.com') RETURNING id),
        agent AS (INSERT INTO agents (user_id, name) SELECT id, 'a' FROM person RETURNING id),
        talk AS (INSERT INTO conversations (user_id) SELECT id FROM person RETURNING id, user_id)
        INSERT INTO chat_messages (conversation_id, user_id, agent_id, content)
        SELECT talk.id, talk.user_id, agent.id, 'hello' FROM talk, agent
        """,
        database.app,
    )
    database.execute("DELETE FROM agents", database.app)
    assert database.query("SELECT agent_id FROM chat_messages") == [None]
    database.execute("DELETE FROM users", database.app)
    assert database.query("SELECT count(*) FROM chat_messages") == [0]


def test_message_requires_user_of_its_conversation(database: Database) -> None:
    Migrator(database.settings).upgrade()
    users = "INSERT INTO users (email) VALUES ('a@example.com'), ('b@example.com') RETURNING id"
    with database.connect(database.app) as connection:
        [first], [second] = connection.execute(users).fetchall()
        talk = "INSERT INTO conversations (user_id) VALUES (%s) RETURNING id"
        row = connection.execute(talk, [first]).fetchone()
        assert row
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute(
                "INSERT INTO chat_messages (conversation_id, user_id, content) VALUES (%s, %s, '')",
                [row[0], second],
            )


def test_upgrade_rebuilds_invalid_index(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int)")')
    Migrator(database.settings, versions=tmp_path).upgrade()
    database.execute("INSERT INTO t VALUES (1), (1)")
    body = 'create_concurrently("t_a", "t", ["a"], unique=True)'
    revision(tmp_path, "2", "1", "expand", body)
    with pytest.raises(FailedError, match="could not create unique index"):
        Migrator(database.settings, versions=tmp_path).upgrade()
    left = "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass"
    assert database.query(left) == [False]
    with pytest.raises(UnverifiedError, match="Index t_a is INVALID"):
        Migrator(database.settings, versions=tmp_path).verify()
    database.execute("DELETE FROM t WHERE ctid = '(0,1)'")
    Migrator(database.settings, versions=tmp_path).upgrade()
    assert database.query(left) == [True]


def test_failed_revision_is_rolled_back(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE committed (a int)")')
    body = 'op.execute("CREATE TABLE rolled_back (a int)"); op.execute("SELECT 1 / 0")'
    revision(tmp_path, "2", "1", "expand", body)
    with pytest.raises(FailedError, match="division by zero"):
        Migrator(database.settings, versions=tmp_path).upgrade()
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'grid' ORDER BY 1"
    assert database.query(tables) == ["alembic_version", "committed"]
    assert database.query("SELECT version_num FROM alembic_version") == ["1"]


def test_contract_revision_requires_option(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int, b int)")')
    revision(tmp_path, "2", "1", "contract", 'op.execute("ALTER TABLE t DROP COLUMN b")')
    migrator = Migrator(database.settings, versions=tmp_path)
    with pytest.raises(BlockedError, match="Revision 2 requires --contract"):
        migrator.upgrade()
    assert database.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'grid'") == [0]
    migrator.upgrade(contract=True)
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 't'"
    assert database.query(columns) == ["a"]


@pytest.mark.parametrize("statement", ["ALTER TABLE t DROP a", "TRUNCATE t", "DELETE FROM t"])
def test_check_rejects_destructive_expand_revision(
    database: Database, tmp_path: Path, statement: str
) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int)")')
    revision(tmp_path, "2", "1", "expand", f"op.execute({statement!r})")
    with pytest.raises(BlockedError, match="Expand revision 2 can break running services"):
        Migrator(database.settings, versions=tmp_path).upgrade()
    assert database.query("SELECT to_regclass('grid.t')") == [None]


def test_upgrade_does_not_send_destructive_statement_that_is_composed(
    database: Database, tmp_path: Path
) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int, b int)")')
    Migrator(database.settings, versions=tmp_path).upgrade()
    body = (
        "[op.execute(f'ALTER TABLE t DROP {name}') for name in op.get_bind().exec_driver_sql("
        "\"SELECT attname FROM pg_attribute WHERE attname = %s AND attrelid = 't'::regclass\","
        " ('b',)).scalars()]"
    )
    revision(tmp_path, "2", "1", "expand", body)
    with pytest.raises(FailedError, match=r"Expand revision 2 can break[^.]*  It drops column"):
        Migrator(database.settings, versions=tmp_path).upgrade()
    assert database.query(
        "SELECT count(*) FROM information_schema.columns WHERE column_name = 'b'"
        " AND table_name = 't'"
    ) == [1]


def test_check_rejects_statement_that_blocks_writers(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int)")')
    statement = "ALTER TABLE t ADD COLUMN b uuid DEFAULT gen_random_uuid()"
    revision(tmp_path, "2", "1", "expand", f"op.execute({statement!r})")
    with pytest.raises(BlockedError, match=r"(?s)Revision 2 blocks .*adding-field-with-default"):
        Migrator(database.settings, versions=tmp_path).check()
    with (tmp_path / "r2.py").open("a") as file:
        file.write('squawk_exclude = ("adding-field-with-default",)\n')
    assert Migrator(database.settings, versions=tmp_path).check().pending


def test_expand_revision_allows_compatible_columns(database: Database, tmp_path: Path) -> None:
    statement = (
        "ALTER TABLE t ADD COLUMN b int NOT NULL DEFAULT 0, ADD c int DEFAULT 0 NOT NULL,"
        " ADD COLUMN e int,"
        " ADD CONSTRAINT known CHECK (a IS NOT NULL) NOT VALID"
    )
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int NOT NULL)")')
    revision(tmp_path, "2", "1", "expand", f"op.execute({statement!r})")
    Migrator(database.settings, versions=tmp_path).upgrade()
    database.execute("INSERT INTO t (a) VALUES (1)", database.app)


def test_check_rejects_unknown_phase(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "later", "pass")
    with pytest.raises(BlockedError, match='Expected: "expand" or "contract"\n  Actual: \'later\''):
        Migrator(database.settings, versions=tmp_path).check()


def test_check_rejects_multiple_heads(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", "pass")
    revision(tmp_path, "2", None, "expand", "pass")
    with pytest.raises(BlockedError, match="Expected: one newest revision\n  Actual: 1, 2"):
        Migrator(database.settings, versions=tmp_path).check()


def test_upgrade_rejects_database_newer_than_image(database: Database, tmp_path: Path) -> None:
    Migrator(database.settings).upgrade()
    revision(tmp_path, "0000", None, "expand", "pass")
    with pytest.raises(BlockedError, match="at revision 0002, which this image does not have"):
        Migrator(database.settings, versions=tmp_path).upgrade()
