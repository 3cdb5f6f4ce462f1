"""Read-only checks before a migration."""

from dataclasses import dataclass

from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text

from grid_migrations import lint, revisions
from grid_migrations.errors import BlockedError, Problem
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
            Problem(
                what=f"Revision {', '.join(contracting)} requires --contract",
                where=settings.place,
                reason="It removes objects that services of older releases can use.",
                advice="When no older release runs any more, run the command again with --contract",
            )
        )
    if problems:
        raise BlockedError(*problems)
    return plan


def _server(connection: Connection, settings: Settings) -> list[Problem]:
    with connection.begin():
        server = connection.execute(_SERVER, {"app": settings.app_role, "schema": SCHEMA}).one()
    place, owner, app = settings.place, server.owner, settings.app_role
    problems = []
    if server.version < OLDEST:
        problems.append(
            Problem(
                what="The version of PostgreSQL is too old",
                where=place,
                expected=f"{OLDEST} or newer",
                actual=str(server.version),
                advice="Upgrade the database",
            )
        )
    if server.replica:
        problems.append(
            Problem(
                what="The database is a read replica or a standby",
                where=place,
                reason="It is read-only.",
                advice="Set the address in DATABASE_URL to that of the primary",
            )
        )
    if not server.owns:
        problems.append(
            Problem(
                what=f"User {owner} does not own schema {SCHEMA}, or cannot create it",
                where=place,
                advice="Set the user in DATABASE_URL to the migration user",
            )
        )
    if not server.app_exists:
        problems.append(
            Problem(
                what=f"User {app} does not exist",
                where=place,
                reason="Terraform creates the user of the services.",
                advice="Run `terraform apply`, or set DATABASE_APP_USER to the name of the user",
            )
        )
    if owner == app:
        problems.append(
            Problem(
                what=f"User {owner} is the user of the services",
                where=place,
                reason="The user of the services must not own the schema.",
                advice="Set the user in DATABASE_URL to the migration user, or correct "
                "DATABASE_APP_USER",
            )
        )
    return problems
