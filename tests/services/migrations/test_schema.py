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
    "ALTER TABLE users DROP display_name": "column users.display_name is missing",
    "ALTER TABLE users ALTER display_name DROP NOT NULL": "column users.display_name is .text DEF",
    "ALTER TABLE users ALTER display_name TYPE varchar(9)": "column users.display_name is .charac",
    "ALTER TABLE users ALTER created_at DROP DEFAULT": "column users.created_at is 'timestamp",
    "ALTER TABLE users ADD surplus int": "column users.surplus is in no revision",
    "DROP INDEX idx_agents_user": "index idx_agents_user is missing",
    "DROP INDEX idx_agents_user; CREATE INDEX idx_agents_user ON agents (name)": (
        "index idx_agents_user is 'CREATE INDEX idx_agents_user ON grid.agents USING btree .name"
    ),
    "CREATE INDEX surplus ON users (id)": "index surplus is in no revision",
    "ALTER TABLE agents DROP CONSTRAINT agents_user_id_fkey": (
        "constraint agents_user_id_fkey of agents is missing"
    ),
    "ALTER TABLE users DROP CONSTRAINT users_email_check": "constraint users_email_check of users",
    "ALTER TABLE agents DROP CONSTRAINT agents_pkey CASCADE": "constraint agents_pkey of agents",
    "ALTER TABLE users ADD CONSTRAINT c CHECK (id IS NOT NULL) NOT VALID": "c of users is in no",
    "ALTER TABLE users ENABLE ROW LEVEL SECURITY": "table users is 'logged, row security'",
    "CREATE POLICY mine ON users USING (true)": "policy mine of users is in no revision",
    "GRANT SELECT ON users TO PUBLIC": "privileges of table users for PUBLIC is in no revision",
    "GRANT USAGE ON SCHEMA grid TO PUBLIC": "privileges of the schema for PUBLIC is in no revision",
    "GRANT TRUNCATE ON users TO {app}": "privileges of table users for services is 'DELETE, INSERT",
    "GRANT UPDATE (version_num) ON alembic_version TO {app}": "privileges of column alembic",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA grid GRANT SELECT ON TABLES TO PUBLIC": (
        "default privileges of tables for PUBLIC is in no revision"
    ),
    "ALTER TABLE users SET UNLOGGED": "table users is 'unlogged'",
    "CREATE VIEW surplus AS SELECT 1 AS one": "view surplus is in no revision",
    "CREATE TYPE mood AS ENUM ('good', 'bad')": "type mood is in no revision",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'": "function f",
    "ALTER SEQUENCE chat_messages_id_seq INCREMENT 2": "sequence chat_messages_id_seq is 'bigint 2",
    "DROP TABLE chat_messages": "table chat_messages is missing",
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
    with pytest.raises(UnverifiedError, match=DRIFTS[drift]):
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
    assert "index surplus is in no revision" in caplog.text


def test_upgrade_fails_when_object_is_missing(migrated: Database) -> None:
    database = databases.copy(migrated)
    database.execute("DROP INDEX idx_agents_user")
    with pytest.raises(UnverifiedError, match="index idx_agents_user is missing"):
        Migrator(database.settings).upgrade()
