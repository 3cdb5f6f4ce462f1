"""Privileges of the services' user: it reads and writes rows, and nothing else."""

import logging

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from grid_migrations.errors import Problem
from grid_migrations.settings import SCHEMA, Settings

CLOUD_SQL = "cloudsqlsuperuser"
"""Role of every user that the Cloud SQL API creates, with CREATEROLE and CREATEDB (Cloud SQL,
"About PostgreSQL users"). Members have its privileges on every table."""

_GRANTS = """
REVOKE ALL ON SCHEMA {schema} FROM {app};
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {app};
GRANT USAGE ON SCHEMA {schema} TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {app};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {app};
REVOKE INSERT, UPDATE, DELETE ON {schema}.alembic_version FROM {app};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {app}
"""
"""Grants in one transaction, so that services always have their privileges."""

_FACTS = text(
    """
    SELECT array_remove(ARRAY[
            CASE WHEN rolsuper THEN 'SUPERUSER' END,
            CASE WHEN rolcreaterole AND reaches_all THEN 'CREATEROLE' END,
            CASE WHEN rolcreatedb AND reaches_all THEN 'CREATEDB' END,
            CASE WHEN rolreplication THEN 'REPLICATION' END,
            CASE WHEN rolbypassrls THEN 'BYPASSRLS' END
        ], NULL) AS attributes,
        ARRAY(
            SELECT roleid::regrole::text FROM pg_auth_members WHERE member = app.oid
            AND roleid IN (to_regrole(:cloud_sql), to_regrole(current_user::text))
        ) AS memberships,
        has_schema_privilege(oid, :schema, 'CREATE') AS creates,
        ARRAY(
            SELECT relname::text FROM pg_class
            WHERE relnamespace = to_regnamespace(:schema) AND relkind IN ('r', 'p')
            AND relname <> 'alembic_version'
            AND NOT (has_table_privilege(app.oid, pg_class.oid, 'SELECT')
                AND has_table_privilege(app.oid, pg_class.oid, 'INSERT')
                AND has_table_privilege(app.oid, pg_class.oid, 'UPDATE')
                AND has_table_privilege(app.oid, pg_class.oid, 'DELETE'))
            ORDER BY relname
        ) AS closed
    FROM pg_roles AS app, (
        SELECT current_setting('server_version_num')::int < 160000 AS reaches_all
    ) AS createrole
    WHERE rolname = :app
    """
)
"""Up to PostgreSQL 15, CREATEROLE controls every role except superusers, so the job must and can
revoke it. From 16 on, it controls only roles that its holder created, so the job cannot revoke it
and need not."""

_EXCESS = text(
    "SELECT rolcreaterole OR rolcreatedb AS creates, EXISTS (SELECT FROM pg_auth_members"
    " WHERE member = app.oid AND roleid = to_regrole(:cloud_sql)) AS member"
    " FROM pg_roles AS app WHERE rolname = :app"
)

_log = logging.getLogger(__name__)


def apply(connection: Connection, app: str) -> None:
    """Grant the services' user access to rows of all tables, also of later ones, and revoke
    everything else.

    It runs after every migration, so that manual grants do not stay.
    """
    names = _names(connection, app)
    with connection.begin():
        for statement in _GRANTS.format(**names).split(";"):
            connection.execute(text(statement))
    with connection.begin():
        role = connection.execute(_EXCESS, {"app": app, "cloud_sql": CLOUD_SQL}).one()
    if role.member:
        _execute_if_allowed(connection, "REVOKE {cloud_sql} FROM {app}".format(**names))
    if role.creates:
        _execute_if_allowed(connection, "ALTER ROLE {app} NOCREATEROLE NOCREATEDB".format(**names))


def find_problems(connection: Connection, settings: Settings) -> list[Problem]:
    """List the privileges that the services' user has in excess or lacks."""
    app, place = settings.app_role, settings.place
    with connection.begin():
        facts = connection.execute(
            _FACTS, {"app": app, "schema": SCHEMA, "cloud_sql": CLOUD_SQL}
        ).one()
    problems = []
    if excess := [*facts.attributes, *facts.memberships]:
        problems.append(
            Problem(
                what=f"User {app} has too many privileges: {', '.join(excess)}",
                where=place,
                reason="The migration user has no permission to revoke them.",
                advice="On Cloud SQL, create a role without grants, then run: gcloud sql users "
                f"assign-roles {app} --instance=<instance> --type=BUILT_IN "
                "--database-roles=<role> --revoke-existing-roles",
            )
        )
    if facts.creates:
        problems.append(
            Problem(
                what=f"User {app} can create objects in schema {SCHEMA}",
                where=place,
                advice="Revoke the privilege: python -m grid_migrations upgrade",
            )
        )
    if facts.closed:
        problems.append(
            Problem(
                what=f"User {app} cannot read and write {', '.join(facts.closed)}",
                where=place,
                advice="Grant the privileges: python -m grid_migrations upgrade",
            )
        )
    return problems


def _names(connection: Connection, app: str) -> dict[str, str]:
    quote = connection.dialect.identifier_preparer.quote
    return {"app": quote(app), "schema": quote(SCHEMA), "cloud_sql": quote(CLOUD_SQL)}


def _execute_if_allowed(connection: Connection, statement: str) -> None:
    """Run a statement, and log a warning if the migration user has no permission for it."""
    try:
        with connection.begin():
            connection.execute(text(statement))
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        _log.warning("the migration user has no permission to run: %s", statement)
