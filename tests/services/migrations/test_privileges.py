"""What the services' user may do, on plain PostgreSQL and in Cloud SQL's way."""

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
    made = databases.create(shared_postgres, cloud_sql=request.param)
    Migrator(made.settings).upgrade()
    return made


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_services_do_not_change_the_schema(migrated: Database, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrated.do(statement, migrated.app)


def test_services_read_and_write_rows(migrated: Database) -> None:
    migrated.do("INSERT INTO users (email) VALUES ('ada@example.com')", migrated.app)
    migrated.do("UPDATE users SET display_name = 'Ada'", migrated.app)
    assert migrated.ask("SELECT display_name FROM users", migrated.app) == ["Ada"]
    migrated.do("DELETE FROM users", migrated.app)
    assert migrated.ask("SELECT count(*) FROM users") == [0]


def test_services_use_a_new_table_at_once(migrated: Database) -> None:
    migrated.do("CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY)", migrated.owner)
    migrated.do("INSERT INTO later DEFAULT VALUES", migrated.app)
    assert migrated.ask("SELECT id FROM later", migrated.app) == [1]
    migrated.do("DROP TABLE later", migrated.owner)


def test_services_are_no_longer_administrators_of_cloud_sql(postgres: PostgresServer) -> None:
    database = databases.create(postgres, cloud_sql=True)
    Migrator(database.settings).upgrade()
    rights = "SELECT rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert database.ask(rights, database.app) == [False]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.do(f"GRANT {database.owner} TO {database.app}", database.app)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.do("SET ROLE cloudsqlsuperuser", database.app)


def test_what_may_not_be_taken_away_is_told(postgres: PostgresServer) -> None:
    database = databases.create(postgres, cloud_sql=True)
    database.do(f"ALTER ROLE {database.owner} NOCREATEROLE")
    database.do(f"REVOKE {database.app} FROM {database.owner}")
    database.do(f"REVOKE cloudsqlsuperuser FROM {database.app} GRANTED BY {database.owner}")
    database.do(f"REVOKE ADMIN OPTION FOR cloudsqlsuperuser FROM {database.owner}")
    database.do(f"GRANT cloudsqlsuperuser TO {database.app}")
    reason = r"has (CREATEROLE, CREATEDB, )?cloudsqlsuperuser, .* gcloud sql users assign-roles"
    with pytest.raises(UnverifiedError, match=reason):
        Migrator(database.settings).upgrade()


def test_what_a_person_granted_by_hand_goes(database: Database) -> None:
    migrator = Migrator(database.settings)
    migrator.upgrade()
    database.do(f"GRANT CREATE ON SCHEMA grid TO {database.app}")
    database.do(f"REVOKE SELECT ON users FROM {database.app}", database.owner)  # noqa: S608
    with pytest.raises(UnverifiedError, match=r"may create objects.*can not read and write users"):
        migrator.verify()
    migrator.upgrade()
    migrator.verify()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"DATABASE_APP_USER": "nobody_here"}, "there is no user nobody_here"),
        ({"DATABASE_APP_USER": "{owner}"}, "which must not own the schema"),
    ],
)
def test_users_that_do_not_fit_are_refused(
    database: Database, change: dict[str, str], reason: str
) -> None:
    change = {name: value.format(owner=database.owner) for name, value in change.items()}
    with pytest.raises(BlockedError, match=reason):
        Migrator(Settings.of(database.environment | change)).check()


def test_the_services_user_can_not_migrate(database: Database) -> None:
    url = database.environment["DATABASE_URL"].replace(database.owner, database.app)
    with pytest.raises(BlockedError, match="does not own schema grid, or may not create it"):
        Migrator(Settings.of(database.environment | {"DATABASE_URL": url})).upgrade()


def test_a_wrong_password_is_told_at_once_and_not_repeated(database: Database) -> None:
    url = database.environment["DATABASE_URL"].replace(databases.PASSWORD, "wrong-one")
    with pytest.raises(UnavailableError, match="password authentication failed") as caught:
        Migrator(Settings.of({"DATABASE_URL": url})).upgrade()
    assert "wrong-one" not in str(caught.value)
