"""squawk's findings about the locks that the statements of a revision take.

squawk (https://squawkhq.com/docs/rules) finds statements that block readers and writers of an
existing table. `expand_rules` checks the effects on running services.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

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


def findings(sql: str, excluded: Sequence[str] = EXCLUDED) -> list[str]:
    """Return squawk's findings about the statements of one revision.

    Args:
        sql: The statements, with those that begin and end transactions.
        excluded: Rules that do not apply.

    Raises:
        RuntimeError: squawk does not run.
    """
    command = [
        str(Path(sys.executable).with_name("squawk")),
        "--reporter=json",
        f"--exclude={','.join(excluded)}",
    ]
    done = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)  # noqa: S603
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise RuntimeError(f"squawk ended with {done.returncode}: {done.stderr}") from error
    return [
        f"{each['message'].rstrip('.')} ({each['rule_name']}, statement in line {each['line'] + 1})"
        + (f". {each['help'].rstrip('.')}" if each["help"] else "")
        for each in found
        if not each["rule_name"].startswith("prefer-")  # style
    ]
