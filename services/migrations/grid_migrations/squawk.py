"""squawk's findings about the locks that the statements of a revision take.

squawk (https://squawkhq.com/docs/rules) finds statements that block readers and writers of an
existing table. `expand_rules` checks the effects on running services.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grid_migrations.errors import BlockedError, Problem

RULES = "https://squawkhq.com/docs/"
"""Address of the page of a rule, before its name."""

TIMEOUTS = ("require-lock-timeout", "require-statement-timeout")
"""Rules about settings that every session of the job has (`database`)."""

EXCLUDED = (
    *TIMEOUTS,
    "adding-required-field",  # the guard rejects these in an expand revision
    "ban-drop-column",
    "ban-drop-constraint",
    "ban-drop-default",
    "ban-drop-function",
    "ban-drop-not-null",
    "ban-drop-schema",
    "ban-drop-table",
    "ban-drop-type",
    "ban-drop-view",
    "ban-set-schema",
    "renaming-column",
    "renaming-object",
    "renaming-table",
)
"""Rules that do not apply to revisions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Finding of squawk about one statement."""

    rule: str
    line: int
    """Line of the statement in the SQL of the revision, from 1."""
    message: str
    advice: str
    """What to do, or an empty string."""


def findings(sql: str, excluded: Sequence[str] = EXCLUDED) -> list[Finding]:
    """Return squawk's findings about the statements of one revision.

    Args:
        sql: The statements, with those that begin and end transactions.
        excluded: Rules that do not apply.

    Raises:
        BlockedError: squawk cannot run.
    """
    command = [
        str(Path(sys.executable).with_name("squawk")),
        "--reporter=json",
        f"--exclude={','.join(excluded)}",
    ]
    try:
        done = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)  # noqa: S603
        found = json.loads(done.stdout)
    except OSError as error:
        raise _not_run(command[0], str(error.strerror)) from error
    except ValueError as error:
        raise _not_run(command[0], f"Exit code {done.returncode}. {done.stderr}") from error
    return [
        Finding(
            rule=each["rule_name"],
            line=each["line"] + 1,
            message=each["message"].rstrip("."),
            advice=(each["help"] or "").rstrip("."),
        )
        for each in found
        if not each["rule_name"].startswith("prefer-")  # style
    ]


def _not_run(path: str, reason: str) -> BlockedError:
    return BlockedError(
        Problem(
            what="The checker of locks, squawk, cannot run",
            where=path,
            reason=reason,
            advice="Install the packages of services/migrations/requirements.txt: make install",
        )
    )
