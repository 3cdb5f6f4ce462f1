"""Messages about the code of a revision that fails."""

import re
from pathlib import Path
from traceback import extract_tb

from alembic.script import Script
from sqlalchemy.exc import StatementError

_PARAMETER = re.compile(r"[Bb]ind parameter '(\w+)'")


class UnsetParameterError(Exception):
    """A statement has a parameter without a value; the argument is its name."""


def describe(script: Script, error: Exception) -> str:
    """Return the failure and its line in the file of the revision.

    The message omits the text of the exception, because it can contain values of rows.
    """
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename == script.path]
    place = Path(script.path).name + (f", line {frames[-1].lineno}" if frames else "")
    what = f"revision {script.revision} failed with {type(error).__name__} in {place}"
    if parameter := _unset_parameter(error):
        what += f': SQLAlchemy reads ":{parameter}" as a parameter; write "\\\\:{parameter}"'
    return what


def _unset_parameter(error: Exception) -> str:
    if isinstance(error, UnsetParameterError):
        return str(error)
    found = _PARAMETER.search(str(error.orig)) if isinstance(error, StatementError) else None
    return found[1] if found else ""
