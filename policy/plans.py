"""Plans of the synthesized environments, created with the offline Google."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contract.plan import managed_resources
from contract.variables import placeholder_variables
from offline.terraform.session import Offline


class NoStackError(Exception):
    """The folder has no stack to plan."""


def create_plans(stacks: Path, folder: Path) -> dict[str, Path]:
    """Write the plan of every stack to `folder` as JSON and return the files by environment.

    Terraform works in copies, so the synthesized folders stay as they are.

    Raises:
        NoStackError: There is no stack.
        offline.terraform.session.TerraformError: An environment cannot be planned.
    """
    folders = sorted(path.parent for path in stacks.glob("*/cdk.tf.json"))
    if not folders:
        raise NoStackError(f"{stacks} has no environment; run make synth")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    plans = {}
    for stack in folders:
        with tempfile.TemporaryDirectory() as scratch, Offline() as google:
            work = Path(scratch, "stack")
            shutil.copytree(stack, work, ignore=shutil.ignore_patterns(".terraform*"))
            document = json.loads((work / "cdk.tf.json").read_text("utf-8"))
            variables = placeholder_variables(document, seed=stack.name)
            google.terraform("init", chdir=work, env=variables)
            google.terraform("plan", "-out=plan", chdir=work, env=variables)
            plan = google.terraform("show", "-json", "plan", chdir=work).stdout
        plans[stack.name] = folder / f"{stack.name}.json"
        plans[stack.name].write_text(plan, "utf-8")
    return plans


def resource_addresses(plan: Mapping[str, Any]) -> list[str]:
    """Return the addresses of the managed resources of a plan, also those in modules."""
    return sorted(
        str(resource["address"]) for resource in managed_resources(plan["planned_values"])
    )
