"""Messages about the code of a revision that fails."""

import re
from pathlib import Path
from traceback import extract_tb

from alembic.script import Script
from sqlalchemy.exc import StatementError

from grid_migrations.errors import Problem

_PARAMETER = re.compile(r"[Bb]ind parameter '(\w+)'")


class UnsetParameterError(Exception):
    """A statement has a parameter without a value; the argument is its name."""


def describe(script: Script, error: Exception) -> Problem:
    """Return the failure and its line in the file of the revision.

    The message omits the text of the exception, because it can contain values of rows.
    """
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename == script.path]
    where = Path(script.path).name + (f":{frames[-1].lineno}" if frames else "")
    if parameter := _unset_parameter(error):
        return Problem(
            what=f"Revision {script.revision} has a parameter without a value",
            where=where,
            reason=f'SQLAlchemy reads ":{parameter}" as a parameter.',
            advice=f'Escape the colon in the statement: "\\\\:{parameter}"',
        )
    return Problem(
        what=f"The code of revision {script.revision} raised {type(error).__name__}",
        where=where,
        reason="The text of the exception is hidden, because it can contain values of rows.",
        advice="Correct the code of the revision, then run the command again",
    )


def _unset_parameter(error: Exception) -> str:
    if isinstance(error, UnsetParameterError):
        return str(error)
    found = _PARAMETER.search(str(error.orig)) if isinstance(error, StatementError) else None
    return found[1] if found else ""
