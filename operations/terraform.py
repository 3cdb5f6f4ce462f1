"""Runs the Terraform that is on PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from operations.errors import FailedError, UsageError

VARIABLE = "GRID_TERRAFORM"


def program() -> str:
    """Return the path of Terraform: GRID_TERRAFORM, else `terraform` on PATH.

    Raises:
        UsageError: there is none.
    """
    wanted = os.environ.get(VARIABLE) or "terraform"
    found = shutil.which(wanted)
    if found is None:
        raise UsageError(
            f"no Terraform: there is no program {wanted}",
            advice=f"install Terraform 1.11 or newer, or set {VARIABLE} to its path",
        )
    return found


def capture(*arguments: str, directory: Path) -> str:
    """Run one command in a directory of Terraform and return what it printed.

    Raises:
        UsageError: there is no Terraform, or no such directory.
        FailedError: it failed; the message has what it said.
    """
    if not directory.is_dir():
        raise UsageError(
            f"there is no {directory}",
            advice="run make synth, then terraform init in that folder",
        )
    done = subprocess.run(  # noqa: S603
        [program(), *arguments],
        cwd=directory,
        env={**os.environ, "TF_INPUT": "0", "TF_IN_AUTOMATION": "1", "TF_CLI_ARGS": "-no-color"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise FailedError(
            f"terraform {' '.join(arguments)} in {directory} ended with {done.returncode}:\n"
            f"{done.stderr.strip()[-4000:]}",
            advice="run terraform init in that folder, with credentials that may read the state",
        )
    return done.stdout
