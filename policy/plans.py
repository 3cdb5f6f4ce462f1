"""Plans of the synthesized environments, made with the offline Google."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contract.plan import managed_resources
from offline.session import Offline


class NoStackError(Exception):
    """There is nothing to plan; the message says where it was looked for."""


def make(stacks: Path, folder: Path) -> dict[str, Path]:
    """Write the plan of every stack to `folder` as JSON; returns the files by environment.

    Terraform works in copies, so the synthesized folders stay as they are.

    Raises:
        NoStackError: there is no stack.
        offline.session.TerraformError: an environment cannot be planned.
    """
    found = sorted(path.parent for path in stacks.glob("*/cdk.tf.json"))
    if not found:
        raise NoStackError(f"{stacks} has no environment; run make synth")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    plans = {}
    for stack in found:
        with tempfile.TemporaryDirectory() as scratch, Offline() as google:
            work = Path(scratch, "stack")
            shutil.copytree(stack, work, ignore=shutil.ignore_patterns(".terraform*"))
            given = _variables(json.loads((work / "cdk.tf.json").read_text("utf-8")))
            google.terraform("init", chdir=work, env=given)
            google.terraform("plan", "-out=plan", chdir=work, env=given)
            shown = google.terraform("show", "-json", "plan", chdir=work).stdout
        plans[stack.name] = folder / f"{stack.name}.json"
        plans[stack.name].write_text(shown, "utf-8")
    return plans


def resources(plan: Mapping[str, Any]) -> list[str]:
    """Return the addresses of the resources that a plan has, with those of modules."""
    return sorted(str(one["address"]) for one in managed_resources(plan["planned_values"]))


def _variables(stack: Mapping[str, Any]) -> dict[str, str]:
    """Return a value for each variable without a default."""
    return {
        f"TF_VAR_{name}": "not-used"
        for name, variable in (stack.get("variable") or {}).items()
        if "default" not in variable
    }
