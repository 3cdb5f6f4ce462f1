"""`python -m tests.provider.plans`: record what the genuine provider plans for edits of files.

tests/test_plans.py compares the documentation with the record.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cdktf import App

from environments.checking import check
from offline.serve.access import Access
from offline.serve.google import Google
from offline.serve.listener import serve
from offline.terraform.core import core
from offline.terraform.sources import ProviderNotFoundError
from stacks import PlatformStack, retained
from tests.effects import FIXTURES
from tests.provider.edits import edits, start
from tests.provider.mirror import unpack
from tests.provider.terraform import FailedError, Terraform
from tests.provider.trial import OWNER

RECORD = Path(__file__).with_name("plans.json")
VERSION = "6.50.0"
_BACKEND: dict[str, Any] = {"terraform": {"backend": {"local": {}}}}
_ERROR = re.compile(r"Error: (.+)")
REPLACEMENTS: dict[tuple[str, ...], str] = {
    ("delete", "create"): "replace, delete first",
    ("create", "delete"): "replace, create first",
}


@dataclass(frozen=True)
class Planned:
    """The plan of one edit."""

    actions: Mapping[str, list[str]]
    """Addresses by action."""
    error: str = ""
    """Summary of the first error; there is no plan then."""

    def summary(self) -> str:
        """Return the number of resources by action, or the error."""
        return self.error or str({action: len(names) for action, names in self.actions.items()})


def write(terraform: Terraform, content: Mapping[str, Any]) -> str:
    """Write the stack of an environment file for a local state. Return the first problem."""
    checked = check(content, content["environment"])
    if checked.problems:
        return str(checked.problems[0])
    (terraform.folder / "backend_override.tf.json").write_text(json.dumps(_BACKEND), "utf-8")
    name = checked.environment.environment
    with TemporaryDirectory() as out:
        application = App(outdir=out, stack_traces=False)
        PlatformStack(application, name, checked.environment)
        application.synth()
        stack = Path(out, "stacks", name)
        retained.write(stack, checked.environment)
        terraform.take(stack)
        document = json.loads((stack / "cdk.tf.json").read_text("utf-8"))
    values = dict.fromkeys(document.get("variable", {}), "given by the test")
    (terraform.folder / "values.auto.tfvars.json").write_text(json.dumps(values), "utf-8")
    return ""


def planned(terraform: Terraform) -> Planned:
    """Plan without a refresh."""
    try:
        changes = terraform.changes("-refresh=false")
    except FailedError as error:
        found = _ERROR.search(str(error))
        return Planned({}, found[1] if found else str(error))
    actions: dict[str, list[str]] = {}
    for address, done in changes.items():
        actions.setdefault(REPLACEMENTS.get(tuple(done), done[0]), []).append(address)
    return Planned(actions)


def record(fixture: str, folder: Path, mirror: Path, only: Sequence[str]) -> dict[str, Planned]:
    """Apply a fixture, and return the plan of each edit, or of those with a name in `only`.

    Raises:
        FailedError: the fixture cannot be applied.
    """
    found = {}
    with serve(Google(), allow=Access(is_enforced=False)) as server:
        terraform = Terraform(core(), folder, server.url, mirror)
        terraform.caller = OWNER
        if problem := write(terraform, start(fixture)):
            raise FailedError(problem)
        terraform.run("init")
        terraform.run("apply", "-auto-approve")
        for edit in edits(fixture):
            if only and edit.name not in only:
                continue
            problem = write(terraform, edit.content)
            found[edit.name] = Planned({}, problem) if problem else planned(terraform)
            print(f"{fixture}: {edit.name}: {found[edit.name].summary()}", flush=True)
    return found


def main() -> int:
    """Record the plans of the fixtures, or those of the edits that the command line names."""
    only = sys.argv[1:]
    kept = json.loads(RECORD.read_text("utf-8"))["plans"] if only else {}
    with TemporaryDirectory(prefix="grid-plans-") as scratch:
        try:
            mirror = unpack(Path(scratch, "providers"), core(), VERSION)
        except ProviderNotFoundError as error:
            print(error, file=sys.stderr)
            return 2
        plans = {
            fixture: kept.get(fixture, {}) | {name: asdict(plan) for name, plan in recorded.items()}
            for fixture in FIXTURES
            for recorded in (record(fixture, Path(scratch, fixture), mirror, only),)
        }
    content = {"provider": f"hashicorp/google {VERSION}", "checked": f"{date.today()}"}
    RECORD.write_text(json.dumps({**content, "plans": plans}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
