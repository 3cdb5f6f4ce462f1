"""A directory with one stack, and Terraform to run in it."""

import json
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from offline.terraform.session import Offline
from tests.template import Template

VARIABLES = {"TF_VAR_openai_key": "sk-given-by-the-test-0123456789"}
"""Values of the variables without a default."""


class Workspace:
    """One stack in a folder, against an offline Google."""

    def __init__(self, cloud: Offline, folder: Path) -> None:
        self.cloud, self.folder = cloud, folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, template: Template) -> None:
        """Put a synthesized stack in the folder, in place of the one before."""
        text = json.dumps(template.document, indent=2)
        (self.folder / "cdk.tf.json").write_text(text, encoding="utf-8")

    def run(self, *args: str, expect: int | tuple[int, ...] = 0) -> CompletedProcess[str]:
        """Run a command; fails with what Terraform said unless it ends as expected."""
        done = self.cloud.terraform(*args, chdir=self.folder, check=False, env=VARIABLES)
        wanted = expect if isinstance(expect, tuple) else (expect,)
        assert done.returncode in wanted, f"{args}\n{done.stdout}\n{done.stderr}"
        return done

    def plan(self) -> dict[str, Any]:
        """Return the plan of the written JSON, as `terraform show -json` prints it."""
        self.run("plan", "-out=plan")
        shown: dict[str, Any] = json.loads(self.run("show", "-json", "plan").stdout)
        return shown

    def apply(self) -> None:
        """Apply what is written."""
        self.run("apply", "-auto-approve")

    def unchanged(self) -> bool:
        """Whether a plan finds nothing to do."""
        return self.run("plan", "-detailed-exitcode", expect=(0, 2)).returncode == 0

    def outputs(self) -> dict[str, Any]:
        """Return the outputs by name."""
        shown = json.loads(self.run("output", "-json").stdout)
        return {name: one["value"] for name, one in shown.items()}

    def state(self) -> str:
        """Return the state as it is stored."""
        return self.run("state", "pull").stdout


def actions(plan: Mapping[str, Any]) -> dict[str, list[str]]:
    """Map each resource that a plan touches to its actions."""
    return {
        change["address"]: change["change"]["actions"]
        for change in plan.get("resource_changes", [])
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }
