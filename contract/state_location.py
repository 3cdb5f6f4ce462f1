"""Place of an environment's state: the bucket and the folder that its file names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import yaml

STATE = "default.tfstate"
"""Name of the object with the state in that folder (Terraform, "Backend Type: gcs")."""
LOCK = "default.tflock"
"""Name of the object that locks it (Terraform, `internal/backend/remote-state/gcs`)."""
PLANS = "plans"
"""Folder next to the state with plans for another machine. Who plans can add one, and read none."""
APPLIED = "applied"
"""Folder next to the state with a record of each of these plans that was applied."""


class StateLocationError(Exception):
    """Neither the environment file nor the synthesized stack names the place of the state."""


@dataclass(frozen=True)
class StateLocation:
    """A folder in a Cloud Storage bucket."""

    bucket: str
    prefix: str
    """Folder, without a slash at its end."""


def find(environment_file: Path, stack: Path) -> StateLocation:
    """Return the place of an environment's state, from its file, else from its synthesized stack.

    Only the section `state` of the file is read, so that an invalid value elsewhere in it does not
    stop a command. `stack` is the folder of the stack.

    Raises:
        StateLocationError: neither has it.
    """
    location = _from_file(environment_file) or _from_stack(stack / "cdk.tf.json")
    if location is None:
        raise StateLocationError(f"{environment_file} has no state.bucket and state.prefix")
    return location


def _from_file(file: Path) -> StateLocation | None:
    try:
        state = yaml.safe_load(file.read_bytes())["state"]
        return StateLocation(str(state["bucket"]), str(state["prefix"]).strip("/"))
    except (OSError, yaml.YAMLError, LookupError, TypeError):
        return None


def _from_stack(file: Path) -> StateLocation | None:
    try:
        backend = json.loads(file.read_bytes())["terraform"]["backend"]["gcs"]
        return StateLocation(str(backend["bucket"]), str(backend["prefix"]).strip("/"))
    except (OSError, ValueError, LookupError, TypeError):
        return None
