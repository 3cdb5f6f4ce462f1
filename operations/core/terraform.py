"""Runs the Terraform that is on PATH."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from operations.core.errors import FailedError, UsageError

VARIABLE = "GRID_TERRAFORM"
MINIMUM = (1, 11)
"""The first version with write-only arguments, which the secrets need (its changelog)."""
LONGEST = 900.0
"""Seconds that a short command may take; `init` may load a provider of 100 MB meanwhile."""
_INSTALL = f"install Terraform 1.11 or newer, or set {VARIABLE} to its path"
_LOG_IN = "run gcloud auth application-default login, or use a workload identity"
_NO_CREDENTIALS = "could not find default credentials"
"""Google's client library for Go, in the words of Terraform's gcs backend and provider."""
_HARMLESS = {
    *("compact-warnings", "lock-timeout", "lockfile", "no-color", "parallelism", "plugin-dir"),
    "upgrade",
}
"""Options of the shell that choose no state, no variable and no part of the stack."""
WRAPPER = "[command]"
"""Begins the line that the wrapper of hashicorp/setup-terraform adds to the output."""
WITHOUT_WRAPPER = "set terraform_wrapper: false in the step that uses hashicorp/setup-terraform"
_ADVICE = "run terraform init in that folder, with credentials that may read the state"


def program() -> str:
    """Return the path of Terraform: GRID_TERRAFORM, else `terraform` on PATH.

    Raises:
        UsageError: there is none.
    """
    name = os.environ.get(VARIABLE) or "terraform"
    path = shutil.which(name)
    if path is None:
        raise UsageError(
            f"no Terraform: there is no program {name}",
            advice=_INSTALL,
        )
    return path


def version() -> str:
    """Return Terraform's version.

    Raises:
        UsageError: there is none, it is older than MINIMUM, or does not say its version.
        FailedError: it fails.
    """
    output = capture("version", "-json", directory=Path.cwd(), advice=_INSTALL)
    try:
        text = str(json.loads(output)["terraform_version"])
    except (ValueError, KeyError, TypeError):
        text = f"of an unknown version, which says {output.strip()[:200]!r}"  # before 0.13
    numbers = re.match(r"(\d+)\.(\d+)", text)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < MINIMUM:
        raise UsageError(
            f"{program()} is Terraform {text}: 1.11 or newer is required",
            advice=f"install a newer Terraform, or set {VARIABLE} to the path of one",
        )
    return text


def check_variables(environ: Mapping[str, str]) -> None:
    """Check that no variable of the shell chooses another state, or narrows or widens a command.

    Such a variable is set for something else and forgotten: a plan would compare with an empty
    state, or leave resources out, and exit with 0.

    Raises:
        UsageError: there is one.
    """
    workspace = environ.get("TF_WORKSPACE", "")
    if workspace not in {"", "default"}:
        raise UsageError(
            f"TF_WORKSPACE is {workspace}, and an environment has the workspace default alone",
            advice="unset TF_WORKSPACE",
        )
    for name, value in sorted(environ.items()):
        if name == "TF_CLI_ARGS" or name.startswith("TF_CLI_ARGS_"):
            for option in shlex.split(value):
                if option.lstrip("-").partition("=")[0] not in _HARMLESS:
                    raise UsageError(
                        f"{name} has the option {option}, which can change what the command does",
                        advice=f"unset {name}; allowed are -{', -'.join(sorted(_HARMLESS))}",
                    )


def variables(values: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return the environment variables of Terraform: it asks nothing and uses no colours.

    `values` are values of Terraform's own variables, by `TF_VAR_<name>`.
    """
    return {
        **os.environ,
        **values,
        "TF_INPUT": "0",
        "TF_IN_AUTOMATION": "1",
        "TF_CLI_ARGS": "-no-color",
        "TF_WORKSPACE": "default",  # whatever terraform workspace select chose in that folder
        "CHECKPOINT_DISABLE": "1",
    }


def capture(*arguments: str, directory: Path, advice: str = _ADVICE) -> str:
    """Run one command in a directory of Terraform and return what it printed.

    `advice` is what to do when it fails.

    Raises:
        UsageError: there is no Terraform, or no such directory.
        FailedError: it failed, and the message has what it said; or it took longer than LONGEST.
    """
    if not directory.is_dir():
        raise UsageError(
            f"there is no {directory}",
            advice="run make synth, then terraform init in that folder",
        )
    try:
        done = subprocess.run(  # noqa: S603
            [program(), *arguments],
            cwd=directory,
            env=variables(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=LONGEST,
            check=False,
        )
    except OSError as error:
        raise UsageError(f"{program()} cannot be run: {error}", advice=_INSTALL) from error
    except subprocess.TimeoutExpired as error:
        raise FailedError(
            f"terraform {' '.join(arguments)} in {directory} did not end in {LONGEST:.0f} s",
            advice="run it there manually with TF_LOG=debug: its log shows what it waits for",
        ) from error
    if done.returncode:
        raise FailedError(
            f"terraform {' '.join(arguments)} in {directory} ended with {done.returncode}:\n"
            f"{done.stderr.strip()[-4000:]}",
            advice=_LOG_IN if _NO_CREDENTIALS in done.stderr else advice,
        )
    if done.stdout.startswith(WRAPPER):
        raise UsageError(
            f"{program()} is a wrapper, which adds a line to the output", advice=WITHOUT_WRAPPER
        )
    return done.stdout
