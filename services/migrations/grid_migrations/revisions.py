"""The revisions in this image, and those that a database still lacks."""

from pathlib import Path
from typing import Literal, get_args

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from grid_migrations.errors import BlockedError
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
        raise BlockedError([f'{script.path}: phase is {declared!r}, wanted "expand" or "contract"'])
    return "contract" if declared == "contract" else "expand"


def head(directory: ScriptDirectory) -> str:
    """Return the one newest revision.

    Raises:
        BlockedError: the folder has several newest revisions, or none.
    """
    heads = directory.get_heads()
    if len(heads) != 1:
        raise BlockedError(
            [
                f"wanted one newest revision, got {', '.join(heads) or 'none'}: join them with "
                "`alembic merge`"
            ]
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
                [
                    f"the database is at revision {revision}, which this image does not know: the "
                    "image is older than the database; deploy a newer one"
                ]
            ) from None
    steps = directory.iterate_revisions(head(directory), at or "base", implicit_base=True)
    return list(steps)[::-1]
