"""Record of the environment file that a stack was synthesized from, next to the stack."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

_ROOT = Path(__file__).parents[1]
RECORD = "synthesized.json"
"""Name of the record in the folder of the stack. Terraform does not read it."""


class StaleStackError(Exception):
    """A stack was synthesized from another version of its environment file, or the file is gone."""


def record(stack: Path, environment_file: Path) -> None:
    """Write the record for a stack that was just synthesized.

    Raises:
        OSError: the folder of the stack cannot be written, or the file cannot be read.
    """
    content = {"environment_file": environment_file.name, "sha256": _digest(environment_file)}
    (stack / RECORD).write_text(json.dumps(content) + "\n", encoding="utf-8")


def check(stack: Path) -> None:
    """Check that a stack is what its environment file says. A stack without a record passes.

    The file is in the folder that `GRID_ENVIRONMENTS` names, else in this repository's.

    Raises:
        StaleStackError: the file changed or was deleted; the message says so.
    """
    try:
        content = json.loads((stack / RECORD).read_text(encoding="utf-8"))
        file, digest = _environments() / content["environment_file"], content["sha256"]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError) as error:
        raise StaleStackError(f"{stack / RECORD} cannot be read: {error!r}") from error
    if not file.is_file():
        raise StaleStackError(f"{stack} was synthesized from {file}, which no longer exists")
    if _digest(file) != digest:
        raise StaleStackError(f"{stack} is older than {file}, which changed after the synthesis")


def _environments() -> Path:
    return Path(os.environ.get("GRID_ENVIRONMENTS") or _ROOT / "environments")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
