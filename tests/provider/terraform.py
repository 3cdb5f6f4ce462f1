"""Terraform with the genuine provider, in one folder."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from offline.serve import endpoints
from offline.terraform.core import Core
from offline.terraform.running import Runner
from stacks import retained
from tests.provider.mirror import configuration
from tests.terraform.workspace import VARIABLES

_OTHER = re.compile(r"(?:GOOGLE|GCLOUD|CLOUDSDK|TF)_.*|STORAGE_EMULATOR_HOST")


class Window(NamedTuple):
    """The time in which the provider worked on a resource alone."""

    type: str
    action: str
    """read, create, update or delete."""
    begin: float
    end: float


class FailedError(Exception):
    """A command of Terraform failed; the message has its errors."""


class Terraform(Runner):
    """Runs Terraform in a folder, for one caller at a time."""

    def __init__(self, core: Core, folder: Path, url: str, mirror: Path) -> None:
        """`url` is that of the served Google, `mirror` has the providers."""
        self.core, self.folder, self._url, self.caller = core, folder, url, ""
        self.windows: list[Window] | None = None
        """Filled when it is a list: Terraform then works on one resource at a time."""
        folder.mkdir(parents=True, exist_ok=True)
        self._config = folder.parent / "terraform.rc"
        self._config.write_text(configuration(mirror), encoding="utf-8")

    def environ(self, chdir: Path | None = None) -> dict[str, str]:  # noqa: ARG002
        """Return the variables of a Terraform process, which are the same in every folder."""
        return {k: v for k, v in os.environ.items() if not _OTHER.fullmatch(k)} | {
            **endpoints.provider(self._url),
            **VARIABLES,
            "CHECKPOINT_DISABLE": "1",
            "GOOGLE_OAUTH_ACCESS_TOKEN": self.caller,
            "TF_CLI_CONFIG_FILE": str(self._config),
            "TF_IN_AUTOMATION": "1",
        }

    def run(self, *args: str, accepted: tuple[int, ...] = (0,)) -> str:
        """Run a command and return its output. Raises FailedError."""
        is_recorded = self.windows is not None and args[0] in {"apply", "destroy", "plan"}
        options = ["-json", "-parallelism=1"] if is_recorded else []
        done = self.terraform(args[0], *options, *args[1:], chdir=self.folder, check=False)
        if done.returncode not in accepted:
            raise FailedError(f"terraform {' '.join(args)}:\n{errors(done.stderr or done.stdout)}")
        if self.windows is not None and is_recorded:
            self.windows += windows(done.stdout)
        return done.stdout

    def take(self, stack: Path) -> None:
        """Copy a synthesized stack into the folder."""
        (self.folder / retained.FILE).unlink(missing_ok=True)
        shutil.copytree(stack, self.folder, dirs_exist_ok=True)

    def changes(self, *options: str) -> dict[str, list[str]]:
        """Plan, and return the actions by address. Raises FailedError."""
        # Who only plans cannot write a lock.
        self.run("plan", "-lock=false", "-out=plan", *options)
        plan = json.loads(self.run("show", "-json", "plan"))
        return {
            one["address"]: one["change"]["actions"]
            for one in plan.get("resource_changes", [])
            if one["change"]["actions"] not in (["no-op"], ["read"])
        }

    def resources(self) -> list[str]:
        """Return the addresses in the state. Raises FailedError."""
        return self.run("state", "list").split()


def windows(output: str) -> list[Window]:
    """Return the windows of Terraform's JSON output, one JSON object on each line."""
    begun: dict[str, float] = {}
    found = []
    for line in output.splitlines():
        event = json.loads(line)
        resource = event.get("hook", {}).get("resource", {})
        kind, address = event["type"], resource.get("addr")
        at = datetime.fromisoformat(event["@timestamp"]).timestamp()
        if kind in {"apply_start", "refresh_start"}:
            begun[address] = at
        elif kind in {"apply_complete", "refresh_complete"}:
            action = "read" if kind.startswith("refresh") else event["hook"]["action"]
            found.append(Window(resource["resource_type"], action, begun[address], at))
    return found


def errors(output: str) -> str:
    """Return the errors of an output without the lines around them."""
    found = re.findall(
        r"^(?:│ )?Error: .*?(?=\n(?:│ )?Error: |\Z)", output, re.DOTALL | re.MULTILINE
    )
    return "\n".join(found) or output.strip()[-2000:]
