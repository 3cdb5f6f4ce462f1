"""Tests of the privileges of the service user, on PostgreSQL and as in Cloud SQL."""

import psycopg
import pytest

from grid_migrations.errors import BlockedError, UnavailableError, UnverifiedError
from grid_migrations.settings import Settings
from grid_migrations.upgrade import Migrator
from tests.services.migrations import databases
from tests.services.migrations.databases import Database
from tests.services.servers import PostgresServer

FORBIDDEN = [
    "CREATE TABLE grid.own (a int)",
    "DROP TABLE grid.users",
    "ALTER TABLE grid.users ADD COLUMN a int",
    "TRUNCATE grid.users CASCADE",
    "CREATE INDEX ON grid.users (display_name)",
    "UPDATE grid.alembic_version SET version_num = '1'",
    "CREATE SCHEMA own",
]


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "cloud-sql"])
def migrated(shared_postgres: PostgresServer, request: pytest.FixtureRequest) -> Database:
    database = databases.create(shared_postgres, cloud_sql=request.param)
    Migrator(database.settings).upgrade()
    return database


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_service_user_cannot_change_schema(migrated: Database, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrated.execute(statement, migrated.app)


def test_service_user_reads_and_writes_rows(migrated: Database) -> None:
    migrated.execute("INSERT INTO users (email) VALUES ('ada@example.com')", migrated.app)
    migrated.execute("UPDATE users SET display_name = 'Ada'", migrated.app)
    assert migrated.query("SELECT display_name FROM users", migrated.app) == ["Ada"]
    migrated.execute("DELETE FROM users", migrated.app)
    assert migrated.query("SELECT count(*) FROM users") == [0]


def test_service_user_has_access_to_new_table(migrated: Database) -> None:
    migrated.execute("CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY)", migrated.owner)
    migrated.execute("INSERT INTO later DEFAULT VALUES", migrated.app)
    assert migrated.query("SELECT id FROM later", migrated.app) == [1]
    migrated.execute("DROP TABLE later", migrated.owner)


def test_upgrade_revokes_cloud_sql_administrator_privileges(postgres: PostgresServer) -> None:
    database = databases.create(postgres, cloud_sql=True)
    Migrator(database.settings).upgrade()
    rights = "SELECT rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert database.query(rights, database.app) == [False]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute(f"GRANT {database.owner} TO {database.app}", database.app)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute("SET ROLE cloudsqlsuperuser", database.app)


def test_upgrade_reports_privileges_that_it_cannot_revoke(postgres: PostgresServer) -> None:
    database = databases.create(postgres, cloud_sql=True)
    database.execute(f"ALTER ROLE {database.owner} NOCREATEROLE")
    database.execute(f"REVOKE {database.app} FROM {database.owner}")
    database.execute(f"REVOKE cloudsqlsuperuser FROM {database.app} GRANTED BY {database.owner}")
    database.execute(f"REVOKE ADMIN OPTION FOR cloudsqlsuperuser FROM {database.owner}")
    database.execute(f"GRANT cloudsqlsuperuser TO {database.app}")
    reason = (
        r"(?s)privileges: (CREATEROLE, CREATEDB, )?cloudsqlsuperuser\n.* gcloud sql users assign-"
    )
    with pytest.raises(UnverifiedError, match=reason):
        Migrator(database.settings).upgrade()


def test_upgrade_reverts_manual_grants(database: Database) -> None:
    migrator = Migrator(database.settings)
    migrator.upgrade()
    database.execute(f"GRANT CREATE ON SCHEMA grid TO {database.app}")
    database.execute(f"REVOKE SELECT ON users FROM {database.app}", database.owner)  # noqa: S608
    with pytest.raises(
        UnverifiedError, match=r"(?s)can create objects.*cannot read and write users"
    ):
        migrator.verify()
    migrator.upgrade()
    migrator.verify()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"DATABASE_APP_USER": "nobody_here"}, "User nobody_here does not exist"),
        ({"DATABASE_APP_USER": "{owner}"}, "must not own the schema"),
    ],
)
def test_check_rejects_invalid_service_user(
    database: Database, change: dict[str, str], reason: str
) -> None:
    change = {name: value.format(owner=database.owner) for name, value in change.items()}
    with pytest.raises(BlockedError, match=reason):
        Migrator(Settings.of(database.environment | change)).check()


def test_upgrade_rejects_service_user(database: Database) -> None:
    url = database.environment["DATABASE_URL"].replace(database.owner, database.app)
    with pytest.raises(BlockedError, match="does not own schema grid, or cannot create it"):
        Migrator(Settings.of(database.environment | {"DATABASE_URL": url})).upgrade()


def test_wrong_password_fails_without_retry(database: Database) -> None:
    url = database.environment["DATABASE_URL"].replace(databases.PASSWORD, "wrong-one")
    with pytest.raises(UnavailableError, match="password authentication failed") as caught:
        Migrator(Settings.of({"DATABASE_URL": url})).upgrade()
    assert "wrong-one" not in str(caught.value)
