"""The life of one environment: bootstrap, apply, second plan, changes, destroy."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import requests

from environments.schema.environment import BOOTSTRAP
from offline.serve.access import Access
from offline.serve.google import Google
from offline.serve.listener import serve
from offline.serve.server import Server
from offline.terraform.core import Core
from tests.provider.changes import Change, changes, refused
from tests.provider.result import Result, attributed, step
from tests.provider.terraform import FailedError, Terraform, Window
from tests.template import ROOT, data

BILLING_ROLES = {"apply": "roles/billing.costsManager", "plan": "roles/billing.viewer"}
"""What a billing administrator grants to the pipeline's accounts."""
OWNER = "owner@example.com"
_LOCAL: dict[str, Any] = {"terraform": {"backend": {"local": {}}}}
_PROVIDER = "6.50.0"
_REFUSED = re.compile("Instance cannot be destroyed|Resource postcondition failed")
"""Terraform's errors about protected resources and fixed values."""


class Trial:
    """One environment with its own Google, in a folder."""

    def __init__(
        self,
        name: str,
        folder: Path,
        core: Core,
        *,
        mirror: Path,
        version: str,
        records: bool = False,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """`values` are set in the environment file: `{"protect": False}`."""
        self.name, self.folder, self._records = name, folder, records
        self._windows: list[Window] = []
        self._core, self._mirror, self._version = core, mirror, version
        self._values: dict[str, Any] = data(name)
        for path, value in (values or {}).items():
            self._set(path, value)
        shutil.rmtree(folder, ignore_errors=True)

    def run(self) -> list[Result]:
        """Apply and destroy both stacks, and return what became of them."""
        bootstrap, platform = Result(f"{self.name}{BOOTSTRAP}"), Result(self.name)
        google = Google()
        access = Access(is_enforced=not self._records)
        with serve(google, allow=access) as server:
            self._grant(google)
            terraform = self._terraform(bootstrap.stack, server, OWNER)
            override = terraform.folder / "backend_override.tf.json"
            with self._measured(bootstrap, server):
                self._synthesize(terraform, "--bootstrap")
                override.write_text(json.dumps(_LOCAL), encoding="utf-8")
                self._apply(terraform, bootstrap)
                override.unlink()
                terraform.run("init", "-migrate-state", "-force-copy")
            if bootstrap.is_good:
                with self._measured(platform, server):
                    self._platform(server, platform)
                with self._measured(bootstrap, server):
                    override.write_text(json.dumps(_LOCAL), encoding="utf-8")
                    self._destroy_bootstrap(terraform, bootstrap)
        if self._records:
            print(*sorted(access.missing), sep="\n", file=sys.stderr)
        return [bootstrap, platform]

    def _platform(self, server: Server, result: Result) -> None:
        plans, applies = (
            self._terraform(self.name, server, f"{self._account(kind)}")
            for kind in ("plan", "apply")
        )
        owner = self._terraform(self.name, server, OWNER)
        is_protected = self._values["protect"]
        self._synthesize(applies)
        self._apply(applies, result, plans)
        with step(result, "refused"):
            self._refused(plans, applies)
        with step(result, "changed"):
            for change in changes(self.name):
                self._change(change, applies)
                try:
                    self._prepare(change, applies, server.url)
                    (owner if change.is_owner else applies).run("apply", "-auto-approve")
                    left = plans.changes()
                except FailedError as error:
                    raise FailedError(f"{change.name}: {error}") from error
                if left:
                    raise FailedError(f"{change.name}: the second plan has {left}")
        with step(result, "destroyed"):
            (owner if is_protected else applies).run("destroy", "-auto-approve")
            if left_over := applies.resources():
                raise FailedError(f"the state has {left_over}")

    def _refused(self, plans: Terraform, applies: Terraform) -> None:
        """Check that Terraform plans none of the changes that lose data or cannot be applied."""
        before = deepcopy(self._values)
        for change in refused(self.name):
            self._change(change, applies)
            self._values = deepcopy(before)
            try:
                planned = plans.changes()
            except FailedError as error:
                if not _REFUSED.search(str(error)):
                    raise
            else:
                raise FailedError(f"{change.name}: Terraform plans {planned}")
        self._synthesize(applies)

    def _change(self, change: Change, terraform: Terraform) -> None:
        """Write the stack with the values of a change."""
        for path, value in change.values.items():
            self._set(path, value)
        self._synthesize(terraform)

    def _prepare(self, change: Change, terraform: Terraform, url: str) -> None:
        """Do what a person does before the apply of a change."""
        instance = json.loads(terraform.run("output", "-json", "database"))["instance"]
        for method, path in change.requests:
            target = path.format(instance=instance)
            body = None
            if method == "POST":
                target, _, name = target.rpartition("/")
                body = {"name": name}
            headers = {"Authorization": f"Bearer {OWNER}"}
            sent = requests.request(
                method, f"{url}/{target}", json=body, headers=headers, timeout=60
            )
            if not sent.ok:
                raise FailedError(f"{method} {target}: {sent.text}")
        for command in change.commands:
            terraform.run(*(argument.format(instance=instance) for argument in command))

    def _apply(
        self, terraform: Terraform, result: Result, planner: Terraform | None = None
    ) -> None:
        with step(result, "applied"):
            terraform.run("init")
            terraform.run("validate")
            result.resources = len((planner or terraform).changes())
            terraform.run("apply", "-auto-approve")
        with step(result, "second plan"):
            if result.steps["applied"]:
                raise FailedError("there is none: the apply failed")
            if left := (planner or terraform).changes():
                raise FailedError(f"it has {left}")

    def _destroy_bootstrap(self, terraform: Terraform, result: Result) -> None:
        """Take the bootstrap down as docs/bootstrap.md says: the bucket stays."""
        with step(result, "destroyed"):
            terraform.run("init", "-migrate-state", "-force-copy")
            terraform.run("state", "rm", "google_storage_bucket.tfstate")
            terraform.run("destroy", "-auto-approve")
            if left := terraform.resources():
                raise FailedError(f"the state has {left}")

    def _grant(self, google: Google) -> None:
        """Grant what a person has before the bootstrap, and what a billing administrator grants."""
        project, account = self._values["project_id"], self._values.get("cost", {})
        google.policies.get("cloudresourcemanager", f"projects/{project}")["bindings"] = [
            {"role": "roles/owner", "members": [f"user:{OWNER}"]}
        ]
        if billing := account.get("billing_account"):
            google.policies.get("cloudbilling", f"billingAccounts/{billing}")["bindings"] = [
                {
                    "role": role,
                    "members": [f"serviceAccount:{self._account(kind)}", f"user:{OWNER}"],
                }
                for kind, role in BILLING_ROLES.items()
            ]

    def _account(self, kind: str) -> str:
        project = self._values["project_id"]
        return f"grid-{self.name}-ci-{kind}@{project}.iam.gserviceaccount.com"

    def _terraform(self, stack: str, server: Server, caller: str) -> Terraform:
        terraform = Terraform(self._core, self.folder / stack, server.url, self._mirror)
        terraform.caller = caller
        if self._records:
            terraform.windows = self._windows
        return terraform

    def _set(self, path: str, value: Any) -> None:
        *parents, last = path.split(".")
        section = self._values
        for key in parents:
            section = section.setdefault(key, {})
        section[last] = value

    def _synthesize(self, terraform: Terraform, *options: str) -> None:
        """Write the stack as `make synth` does, for the provider's version of this run."""
        files, out = self.folder / "environments", self.folder / "out"
        files.mkdir(exist_ok=True)
        text = json.dumps(self._values)
        (files / f"{self.name}.yaml").write_text(text, encoding="utf-8")
        environ = {**os.environ, "GRID_ENVIRONMENTS": str(files), "CDKTF_OUTDIR": str(out)}
        done = subprocess.run(
            [sys.executable, "-O", str(ROOT / "main.py"), *options, self.name],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise FailedError(f"synth: {done.stderr}")
        stack = self.name + (BOOTSTRAP if options else "")
        terraform.take(out / "stacks" / stack)
        file = terraform.folder / "cdk.tf.json"
        text = file.read_text("utf-8").replace(
            f'"version": "{_PROVIDER}"', f'"version": "{self._version}"'
        )
        file.write_text(text, encoding="utf-8")

    @contextmanager
    def _measured(self, result: Result, server: Server) -> Iterator[None]:
        """Add what the server saw while the block lasted to a result."""
        begun = time.monotonic()
        first = len(server.requests)
        try:
            yield
        except FailedError as error:
            result.steps[next(reversed(result.steps), "applied")] = str(error)
        finally:
            result.seconds += time.monotonic() - begun
            apis = (re.match(r"\w+", entry.method) for entry in server.requests[first:])
            result.requests.update(found[0] for found in apis if found)
            for name in ("rejected", "denied", "mistakes"):
                getattr(result, name).extend(getattr(server, name))
                getattr(server, name).clear()
            result.ignored.update(server.ignored)
            server.ignored.clear()
            result.methods |= attributed(self._windows, server.requests[first:])
            self._windows.clear()
