"""Read-only checks before a migration."""

from dataclasses import dataclass

from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text

from grid_migrations import lint, revisions
from grid_migrations.errors import BlockedError
from grid_migrations.settings import SCHEMA, Settings

OLDEST = 15
"""Oldest supported major version of PostgreSQL."""

_SERVER = text(
    """
    SELECT current_setting('server_version_num')::int / 10000 AS version,
        pg_is_in_recovery() AS replica,
        current_user AS owner,
        CASE WHEN nspowner IS NULL
            THEN has_database_privilege(current_database(), 'CREATE')
            ELSE pg_has_role(nspowner, 'USAGE')
        END AS owns,
        EXISTS (SELECT FROM pg_roles WHERE rolname = :app) AS app_exists
    FROM (VALUES (1)) AS one
    LEFT JOIN pg_namespace ON nspname = :schema
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Plan of a migration."""

    at: tuple[str, ...]
    """Revisions of the database: none before the first, several before a merge."""
    head: str
    """Revision after the migration."""
    pending: tuple[Script, ...]
    """Revisions to apply, oldest first."""


def check(
    connection: Connection, settings: Settings, directory: ScriptDirectory, *, contract: bool
) -> Plan:
    """Plan the migration of this database.

    Raises:
        BlockedError: the database cannot be migrated with this image, or a pending revision is a
            contract revision and `contract` is false. The error has every reason.
    """
    at = revisions.current(connection)
    plan = Plan(
        at=at,
        head=revisions.head(directory),
        pending=tuple(revisions.pending(directory, at)),
    )
    problems = _server(connection, settings) + lint.problems(plan.pending)
    contracting = [
        script.revision for script in plan.pending if revisions.phase(script) == "contract"
    ]
    if contracting and not contract:
        problems.append(
            f"revision {', '.join(contracting)} takes away what older services may use; when none "
            "of them runs any more, run this again with --contract"
        )
    if problems:
        raise BlockedError(problems)
    return plan


def _server(connection: Connection, settings: Settings) -> list[str]:
    with connection.begin():
        server = connection.execute(_SERVER, {"app": settings.app_role, "schema": SCHEMA}).one()
    problems = []
    if server.version < OLDEST:
        problems.append(f"PostgreSQL is {server.version}, wanted {OLDEST} or newer")
    if server.replica:
        problems.append("this is a read replica or a standby; DATABASE_URL must name the primary")
    if not server.owns:
        problems.append(
            f"user {server.owner} does not own schema {SCHEMA}, or may not create it; DATABASE_URL "
            "must be that of the migration user"
        )
    if not server.app_exists:
        problems.append(
            f"there is no user {settings.app_role}; Terraform makes it, or set DATABASE_APP_USER"
        )
    if server.owner == settings.app_role:
        problems.append(
            f"{server.owner} is the user of the services, which must not own the schema"
        )
    return problems
