"""An upgrade: what it makes, what it refuses, and what it leaves for the services."""

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
    made = databases.create(shared_postgres)
    Migrator(made.settings).upgrade()
    return made


def test_an_upgrade_makes_tables_and_indexes(migrated: Database) -> None:
    definitions = migrated.ask("SELECT indexdef FROM pg_indexes WHERE schemaname = 'grid'")
    found = {}
    for definition in definitions:
        head, _, columns = definition.partition(" USING btree ")
        found[head.split()[-3]] = "UNIQUE " * ("UNIQUE" in head) + columns
    assert INDEXES.items() <= found.items()
    Migrator(migrated.settings).verify()


def test_a_second_upgrade_does_nothing(migrated: Database) -> None:
    state = "SELECT oid FROM pg_class WHERE relkind IN ('r', 'i') ORDER BY oid"
    before = migrated.ask(state)
    Migrator(migrated.settings).upgrade()
    assert migrated.ask(state) == before
    assert Migrator(migrated.settings).check().pending == ()


def test_an_address_is_unique_among_the_living(database: Database) -> None:
    Migrator(database.settings).upgrade()
    database.do("INSERT INTO users (email) VALUES ('Ada@example.com')", database.app)
    with pytest.raises(psycopg.errors.UniqueViolation):
        database.do("INSERT INTO users (email) VALUES ('ada@example.com')", database.app)
    database.do("UPDATE users SET deleted_at = now()", database.app)
    database.do("INSERT INTO users (email) VALUES ('ada@example.com')", database.app)
    assert database.ask("SELECT count(*) FROM users") == [2]


def test_erasing_a_person_takes_all_that_is_theirs(database: Database) -> None:
    Migrator(database.settings).upgrade()
    database.do(
        """
        WITH person AS (INSERT INTO users (email) VALUES ('ada@example.com') RETURNING id),
        agent AS (INSERT INTO agents (user_id, name) SELECT id, 'a' FROM person RETURNING id),
        talk AS (INSERT INTO conversations (user_id) SELECT id FROM person RETURNING id, user_id)
        INSERT INTO chat_messages (conversation_id, user_id, agent_id, content)
        SELECT talk.id, talk.user_id, agent.id, 'hello' FROM talk, agent
        """,
        database.app,
    )
    database.do("DELETE FROM agents", database.app)
    assert database.ask("SELECT agent_id FROM chat_messages") == [None]
    database.do("DELETE FROM users", database.app)
    assert database.ask("SELECT count(*) FROM chat_messages") == [0]


def test_a_message_belongs_to_the_user_of_its_conversation(database: Database) -> None:
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


def test_what_an_interrupted_build_left_is_built_again(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int)")')
    Migrator(database.settings, versions=tmp_path).upgrade()
    database.do("INSERT INTO t VALUES (1), (1)")
    body = 'create_concurrently("t_a", "t", ["a"], unique=True)'
    revision(tmp_path, "2", "1", "expand", body)
    with pytest.raises(FailedError, match="could not create unique index"):
        Migrator(database.settings, versions=tmp_path).upgrade()
    left = "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass"
    assert database.ask(left) == [False]
    with pytest.raises(UnverifiedError, match="index t_a is INVALID"):
        Migrator(database.settings, versions=tmp_path).verify()
    database.do("DELETE FROM t WHERE ctid = '(0,1)'")
    Migrator(database.settings, versions=tmp_path).upgrade()
    assert database.ask(left) == [True]


def test_a_revision_is_done_or_not(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE kept (a int)")')
    body = 'op.execute("CREATE TABLE gone (a int)"); op.execute("SELECT 1 / 0")'
    revision(tmp_path, "2", "1", "expand", body)
    with pytest.raises(FailedError, match="division by zero"):
        Migrator(database.settings, versions=tmp_path).upgrade()
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'grid' ORDER BY 1"
    assert database.ask(tables) == ["alembic_version", "kept"]
    assert database.ask("SELECT version_num FROM alembic_version") == ["1"]


def test_a_contract_needs_a_yes(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int, b int)")')
    revision(tmp_path, "2", "1", "contract", 'op.execute("ALTER TABLE t DROP COLUMN b")')
    migrator = Migrator(database.settings, versions=tmp_path)
    with pytest.raises(BlockedError, match="revision 2 takes away"):
        migrator.upgrade()
    assert database.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'grid'") == [0]
    migrator.upgrade(contract=True)
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 't'"
    assert database.ask(columns) == ["a"]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE t DROP COLUMN a",
        "ALTER TABLE t ALTER COLUMN a TYPE bigint",
        "alter table t\n  rename a to b",
        "TRUNCATE t",
        "DELETE FROM t",
        "ALTER TABLE t ALTER COLUMN a SET NOT NULL",
        "ALTER TABLE t ALTER COLUMN a DROP DEFAULT",
        "ALTER TABLE t ADD COLUMN c int DEFAULT 0, ADD b int NOT NULL",
    ],
)
def test_an_expand_takes_nothing_away(database: Database, tmp_path: Path, statement: str) -> None:
    body = f'op.execute("CREATE TABLE t (a int)"); op.execute({statement!r})'
    revision(tmp_path, "1", None, "expand", body)
    with pytest.raises(FailedError, match="revision 1 says expand, and has"):
        Migrator(database.settings, versions=tmp_path).upgrade()
    assert database.ask("SELECT to_regclass('grid.t')") == [None]


def test_an_expand_adds_what_older_services_need_not_know(
    database: Database, tmp_path: Path
) -> None:
    statement = (
        "ALTER TABLE t ADD COLUMN b int NOT NULL DEFAULT 0, ADD c int DEFAULT 0 NOT NULL,"
        " ADD COLUMN d bigint GENERATED ALWAYS AS IDENTITY NOT NULL, ADD COLUMN e int,"
        " ADD CONSTRAINT known CHECK (a IS NOT NULL) NOT VALID"
    )
    body = f'op.execute("CREATE TABLE t (a int NOT NULL)"); op.execute({statement!r})'
    revision(tmp_path, "1", None, "expand", body)
    Migrator(database.settings, versions=tmp_path).upgrade()
    database.do("INSERT INTO t (a) VALUES (1)", database.app)


def test_a_revision_says_its_phase(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "later", "pass")
    with pytest.raises(BlockedError, match="phase is 'later', wanted \"expand\" or"):
        Migrator(database.settings, versions=tmp_path).check()


def test_two_newest_revisions_are_refused(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", "pass")
    revision(tmp_path, "2", None, "expand", "pass")
    with pytest.raises(BlockedError, match="wanted one newest revision, got"):
        Migrator(database.settings, versions=tmp_path).check()


def test_a_database_newer_than_the_image_is_refused(database: Database, tmp_path: Path) -> None:
    Migrator(database.settings).upgrade()
    revision(tmp_path, "0000", None, "expand", "pass")
    with pytest.raises(BlockedError, match="at revision 0002, which this image does not know"):
        Migrator(database.settings, versions=tmp_path).upgrade()
