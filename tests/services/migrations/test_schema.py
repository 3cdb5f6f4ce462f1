"""Tests of the comparison of a database with the recorded schema."""

import logging

import pytest

from grid_migrations import schema
from grid_migrations.errors import UnverifiedError
from grid_migrations.revisions import VERSIONS
from grid_migrations.upgrade import Migrator
from tests.services.migrations import databases
from tests.services.migrations.databases import Database
from tests.services.servers import PostgresServer

DRIFTS = {
    "ALTER TABLE users DROP display_name": "Missing object: column users.display_name",
    "ALTER TABLE users ALTER display_name DROP NOT NULL": (
        "Changed object: column users.display_name\n.*Actual: text DEF"
    ),
    "ALTER TABLE users ALTER display_name TYPE varchar(9)": (
        "Changed object: column users.display_name\n.*Actual: charac"
    ),
    "ALTER TABLE users ALTER created_at DROP DEFAULT": (
        "Changed object: column users.created_at\n.*Actual: timestamp"
    ),
    "ALTER TABLE users ADD surplus int": "Object in no revision: column users.surplus",
    "DROP INDEX idx_agents_user": "Missing object: index idx_agents_user",
    "DROP INDEX idx_agents_user; CREATE INDEX idx_agents_user ON agents (name)": (
        "Changed object: index idx_agents_user\n.*"
        "Actual: CREATE INDEX idx_agents_user ON grid.agents USING btree .name"
    ),
    "CREATE INDEX surplus ON users (id)": "Object in no revision: index surplus",
    "ALTER TABLE agents DROP CONSTRAINT agents_user_id_fkey": (
        "Missing object: constraint agents_user_id_fkey of agents"
    ),
    "ALTER TABLE users DROP CONSTRAINT users_email_check": "constraint users_email_check of users",
    "ALTER TABLE agents DROP CONSTRAINT agents_pkey CASCADE": "constraint agents_pkey of agents",
    "ALTER TABLE users ADD CONSTRAINT c CHECK (id IS NOT NULL) NOT VALID": (
        "Object in no revision: constraint c of users"
    ),
    "ALTER TABLE users ENABLE ROW LEVEL SECURITY": (
        "Changed object: table users\n.*Actual: logged, row security"
    ),
    "CREATE POLICY mine ON users USING (true)": "Object in no revision: policy mine of users",
    "GRANT SELECT ON users TO PUBLIC": (
        "Object in no revision: privileges of table users for PUBLIC"
    ),
    "GRANT USAGE ON SCHEMA grid TO PUBLIC": (
        "Object in no revision: privileges of the schema for PUBLIC"
    ),
    "GRANT TRUNCATE ON users TO {app}": (
        "Changed object: privileges of table users for services\n.*Actual: DELETE, INSERT"
    ),
    "GRANT UPDATE (version_num) ON alembic_version TO {app}": "privileges of column alembic",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA grid GRANT SELECT ON TABLES TO PUBLIC": (
        "Object in no revision: default privileges of tables for PUBLIC"
    ),
    "ALTER TABLE users SET UNLOGGED": "Changed object: table users\n.*Actual: unlogged",
    "CREATE VIEW surplus AS SELECT 1 AS one": "Object in no revision: view surplus",
    "CREATE TYPE mood AS ENUM ('good', 'bad')": "Object in no revision: type mood",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'": "function f",
    "ALTER SEQUENCE chat_messages_id_seq INCREMENT 2": (
        "Changed object: sequence chat_messages_id_seq\n.*Actual: bigint 2"
    ),
    "DROP TABLE chat_messages": "Missing object: table chat_messages",
}


@pytest.fixture(scope="module")
def migrated(shared_postgres: PostgresServer) -> Database:
    assert schema.recorded(VERSIONS)
    database = databases.create(shared_postgres)
    Migrator(database.settings).upgrade()
    return database


@pytest.mark.parametrize("drift", DRIFTS)
def test_verify_names_difference(migrated: Database, drift: str) -> None:
    database = databases.copy(migrated)
    Migrator(database.settings).verify()
    statement = drift.format(app=database.app, owner=database.owner)
    if "UNLOGGED" in drift:  # no logged table may refer to an unlogged one
        database.execute("DROP TABLE chat_messages, conversations, agents")
    database.execute(statement)
    with pytest.raises(UnverifiedError, match=f"(?s){DRIFTS[drift]}"):
        Migrator(database.settings).verify()


def test_verify_accepts_privileges_of_other_role(migrated: Database) -> None:
    database = databases.copy(migrated)
    database.execute("CREATE ROLE analyst; GRANT SELECT ON users TO analyst")
    Migrator(database.settings).verify()


def test_upgrade_warns_of_object_that_no_revision_creates(
    migrated: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database = databases.copy(migrated)
    database.execute("CREATE INDEX surplus ON users (id)")
    with caplog.at_level(logging.WARNING):
        Migrator(database.settings).upgrade()
    assert "Object in no revision: index surplus" in caplog.text


def test_upgrade_fails_when_object_is_missing(migrated: Database) -> None:
    database = databases.copy(migrated)
    database.execute("DROP INDEX idx_agents_user")
    with pytest.raises(UnverifiedError, match="Missing object: index idx_agents_user"):
        Migrator(database.settings).upgrade()
