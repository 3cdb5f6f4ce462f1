"""The revisions in this image, and those that a database still lacks."""

from pathlib import Path
from typing import Literal, get_args

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from grid_migrations.errors import BlockedError, Problem
from grid_migrations.settings import SCHEMA

SCRIPTS = Path(__file__).with_name("scripts")
VERSIONS = SCRIPTS / "versions"

Phase = Literal["expand", "contract"]
"""Phase of a revision. `expand` does not affect running services; `contract` removes objects
that no service uses any more."""


def config(versions: Path) -> Config:
    """Return the configuration of Alembic, with the revisions in this folder."""
    result = Config()
    result.set_main_option("script_location", str(SCRIPTS))
    result.set_main_option("path_separator", "newline")
    result.set_main_option("version_locations", str(versions))
    return result


def phase(script: Script) -> Phase:
    """Return the phase that a revision declares.

    Raises:
        BlockedError: it declares no valid phase.
    """
    declared = getattr(script.module, "phase", None)
    if declared not in get_args(Phase):
        raise BlockedError(
            Problem(
                what=f"Revision {script.revision} has no valid phase",
                where=f"{Path(script.path).name}, variable phase",
                expected='"expand" or "contract"',
                actual=repr(declared),
                advice='Set phase = "expand" if services of the previous release can run with the '
                'revision, else phase = "contract"',
            )
        )
    return "contract" if declared == "contract" else "expand"


def head(directory: ScriptDirectory) -> str:
    """Return the one newest revision.

    Raises:
        BlockedError: the folder has several newest revisions, or none.
    """
    place = f"folder {directory.versions}"
    try:
        heads = directory.get_heads()
    except Exception as error:
        reason = str(error) if isinstance(error, CommandError | SyntaxError) else ""
        raise BlockedError(
            Problem(
                what=f"The revisions cannot be loaded ({type(error).__name__})",
                where=place,
                reason=reason,
                advice="Correct the revision, then check all: python -m grid_migrations lint",
            )
        ) from error
    if len(heads) != 1:
        raise BlockedError(
            Problem(
                what="The order of the revisions has several ends or none",
                where=place,
                expected="one newest revision",
                actual=", ".join(heads) or "none",
                advice="Join the newest revisions: python -m alembic merge heads",
            )
        )
    return heads[0]


def current(connection: Connection) -> tuple[str, ...]:
    """Return the revisions that the database is at: none before the first, several between the
    branches of a merge and the merge.
    """
    options = {"version_table_schema": SCHEMA}
    with connection.begin():
        context = MigrationContext.configure(connection, opts=options)
        return tuple(sorted(context.get_current_heads()))


def pending(directory: ScriptDirectory, at: tuple[str, ...]) -> list[Script]:
    """List the revisions that are not applied yet, oldest first.

    Raises:
        BlockedError: this image does not have the revision of the database.
    """
    for revision in at:
        try:
            directory.get_revision(revision)
        except CommandError:
            raise BlockedError(
                Problem(
                    what=f"The database is at revision {revision}, which this image does not have",
                    where=f"table {SCHEMA}.alembic_version",
                    reason="The image is older than the database.",
                    advice="Run the migration with the image of the newest release",
                )
            ) from None
    steps = directory.iterate_revisions(head(directory), at or "base", implicit_base=True)
    return list(steps)[::-1]
