"""Folder with one stack, in which Terraform runs."""

import json
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from offline.terraform.session import Offline
from tests.template import Template

VARIABLES = {"TF_VAR_openai_key": "sk-given-by-the-test-0123456789"}
"""Values of the fixtures' variables without a default."""


class Workspace:
    """Stack in a folder, planned and applied against an offline Google."""

    def __init__(self, cloud: Offline, folder: Path) -> None:
        self.cloud, self.folder = cloud, folder
        self.variables = dict(VARIABLES)
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, template: Template) -> None:
        """Write a synthesized stack to the folder, and replace the previous one."""
        for name, variable in template.document.get("variable", {}).items():
            if "default" not in variable:
                self.variables.setdefault(f"TF_VAR_{name}", "given by the test")
        text = json.dumps(template.document, indent=2)
        (self.folder / "cdk.tf.json").write_text(text, encoding="utf-8")

    def run(self, *args: str, expect: int | tuple[int, ...] = 0) -> CompletedProcess[str]:
        """Run a command, and fail with its output if the exit code is unexpected."""
        result = self.cloud.terraform(*args, chdir=self.folder, check=False, env=self.variables)
        expected = expect if isinstance(expect, tuple) else (expect,)
        assert result.returncode in expected, f"{args}\n{result.stdout}\n{result.stderr}"
        return result

    def plan(self) -> dict[str, Any]:
        """Plan the written stack and return the plan in the format of `terraform show -json`."""
        self.run("plan", "-out=plan")
        plan: dict[str, Any] = json.loads(self.run("show", "-json", "plan").stdout)
        return plan

    def apply(self) -> None:
        """Apply the written stack."""
        self.run("apply", "-auto-approve")

    def is_unchanged(self) -> bool:
        """Return whether a plan has no changes."""
        return self.run("plan", "-detailed-exitcode", expect=(0, 2)).returncode == 0

    def outputs(self) -> dict[str, Any]:
        """Return the outputs by name."""
        outputs = json.loads(self.run("output", "-json").stdout)
        return {name: output["value"] for name, output in outputs.items()}

    def state(self) -> str:
        """Return the stored state."""
        return self.run("state", "pull").stdout


def actions(plan: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the actions of a plan by address."""
    return {
        change["address"]: change["change"]["actions"]
        for change in plan.get("resource_changes", [])
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }
