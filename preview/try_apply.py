"""`make try` and `make try-destroy`: apply and destroy a synthesized environment offline."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rich.markup import escape

from contract import costs
from contract.plan import managed_resources
from contract.protection import protection_help
from contract.variables import PREFIX, placeholder_variables
from offline.terraform.session import Offline, TerraformError
from offline.warnings import find_warnings
from preview import summary
from preview.architecture.page import page
from preview.architecture.reader import read
from preview.changes import Changes, changes
from preview.groups import read_groups
from preview.progress import Step, Steps, create_console
from preview.protection import find_protections

LAST_LINES = 25
_PLAN = "offline.tfplan"


class TryRunError(Exception):
    """A step failed, or the environment is protected or does not converge."""


@dataclass(frozen=True)
class TryRun:
    """Environment in `directory` (with its `cdk.tf.json`), applied in `session`.

    The log and the architecture page are written to `folder`.
    """

    session: Offline
    environment: str
    directory: Path
    folder: Path

    def apply(self) -> None:
        """Run init, plan, apply and a second plan, then print the summary and write the page.

        Raises:
            TryRunError: A step failed, or the second plan is not empty. The message of a failed
                step has the end of the log.
        """
        steps, console = Steps(create_console(stderr=True)), create_console()
        groups, variables = read_groups(self._stack), self._variables()
        events = self.session.fake_cloud.events
        with self._log() as log:
            with self._step(steps, "init", log):
                self._run(log, "init", "-reconfigure", env=variables)
            with self._step(steps, "plan", log) as step:
                plan = self._plan(log, variables)
                step.detail = plan.counts()
            summary.print_changes(_without_first_apply(plan), console)
            with self._step(steps, "apply", log) as step:
                total, before = len(plan.planned), len(events)
                step.count = lambda: f"{len(events) - before} of {total}"
                self._run(log, "apply", _PLAN, env=variables)
                step.detail = "done" if total else "nothing to do"
            with self._step(steps, "plan again", log) as step:
                second = self._plan(log, variables)
                step.detail = second.counts()
            with self._step(steps, "page", log):
                architecture_page = self._write_page(plan)
            (self.directory / _PLAN).unlink(missing_ok=True)
            if second.planned:
                summary.print_changes(second, console)
                raise TryRunError("the second plan is not empty: an apply would never converge")
            state = self._json("show", "-json")
            outputs = self._json("output", "-json")
        created = [(event.type, event.id) for event in events if event.action == "create"]
        summary.print_summary(
            summary.Summary(
                environment=self.environment,
                seconds=steps.seconds,
                types=summary.types_by_group(groups, state),
                order=summary.creation_order(groups, state, created),
                outputs=summary.flatten_outputs(outputs),
                page=_relative(architecture_page),
                costs=costs.by_part(costs.estimate(json.loads(self._stack.read_text("utf-8")))),
                warnings=find_warnings(self.session.fake_cloud, self.session.quotas),
                placeholders=[name.removeprefix(PREFIX) for name in variables],
                next_steps=self._next_steps(),
            ),
            console,
        )

    def destroy(self) -> None:
        """Destroy the applied resources, unless a setting protects one of them.

        Raises:
            TryRunError: A resource is protected (the message names it and the workaround), or a
                step failed.
        """
        steps, console = Steps(create_console(stderr=True)), create_console()
        variables = self._variables()
        with self._log() as log:
            with self._step(steps, "init", log):
                self._run(log, "init", "-reconfigure", env=variables)
            state = self._json("show", "-json")
            count = len(managed_resources(state.get("values")))
            if not count:
                console.print(f"{escape(self.environment)}: nothing is applied, nothing to destroy")
                return
            stack = json.loads(self._stack.read_text("utf-8"))
            if protections := find_protections(stack, state):
                settings: dict[str, list[str]] = {}
                for protection in protections:
                    settings.setdefault(protection.address, []).append(protection.setting)
                listed = "\n".join(f"  {a}: {', '.join(names)}" for a, names in settings.items())
                raise TryRunError(
                    f"{self.environment} is protected, nothing was destroyed:\n{listed}\n"
                    f"To unprotect it: set protect: false in environments/{self.environment}.yaml, "
                    f"run make try ENV={self.environment} (protection is lifted by an apply), then "
                    "this again."
                )
            with self._step(steps, "destroy", log) as step:
                self._run(log, "destroy", "-auto-approve", env=variables)
                step.detail = f"{count} resources"
        console.print(f"\n{escape(self.environment)} is destroyed: {count} resources are gone")

    def _run(self, log: IO[str], *args: str, env: Mapping[str, str]) -> None:
        log.write(f"\n$ terraform {' '.join(args)}\n")
        log.flush()
        self.session.terraform(*args, chdir=self.directory, env=env, log=log)

    def _json(self, *args: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(
            self.session.terraform(*args, chdir=self.directory).stdout
        )
        return document

    def _plan(self, log: IO[str], variables: Mapping[str, str]) -> Changes:
        self._run(log, "plan", f"-out={_PLAN}", env=variables)
        return changes(self._json("show", "-json", _PLAN))

    def _write_page(self, plan: Changes) -> Path:
        file = self.folder / f"{self.environment}.html"
        stack = json.loads(self._stack.read_text("utf-8"))
        text = page(read(stack, self.environment), costs=costs.estimate(stack), plan=plan)
        file.write_text(text, "utf-8")
        return file

    def _variables(self) -> dict[str, str]:
        """Return placeholder values for the variables that have no value."""
        stack = json.loads(self._stack.read_text("utf-8"))
        placeholders = placeholder_variables(stack, seed=self.environment)
        return {name: value for name, value in placeholders.items() if name not in os.environ}

    def _next_steps(self) -> list[tuple[str, str]]:
        name = self.environment
        offline = _relative(Path(sys.executable).with_name("offline"))
        terraform = f"{offline} terraform -chdir={_relative(self.directory)}"
        drift = f"{offline} world drift TYPE ID key=value"
        return [
            (f"make try ENV={name}", f"applies what you change in environments/{name}.yaml"),
            (f"{terraform} state list", "any Terraform command, on this world"),
            (f"{offline} world", "lists what exists"),
            (drift, "changes it outside of Terraform"),
            (f"make try-destroy ENV={name}", "destroys it"),
            (f"{offline} world clear", "forgets every environment, and their states"),
        ]

    @property
    def _stack(self) -> Path:
        return self.directory / "cdk.tf.json"

    @contextmanager
    def _log(self) -> Iterator[IO[str]]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("w", encoding="utf-8") as log:
            yield log

    @property
    def _log_file(self) -> Path:
        return self.folder / f"{self.environment}.log"

    @contextmanager
    def _step(self, steps: Steps, name: str, log: IO[str]) -> Iterator[Step]:
        try:
            with steps.step(name) as step:
                yield step
        except TerraformError as error:
            log.flush()
            lines = self._log_file.read_text("utf-8").rstrip().splitlines()[-LAST_LINES:]
            output = "\n".join([*lines, *(error.stderr or "").splitlines()[-LAST_LINES:]])
            fix = protection_help(output)
            raise TryRunError(
                f"{name} of {self.environment} failed. Terraform said, at the end of "
                f"{_relative(self._log_file)}:\n\n{output}" + (f"\n\nhelp: {fix}" if fix else "")
            ) from error


def _without_first_apply(plan: Changes) -> Changes:
    """Return the plan without its creations if it has nothing else: a first apply needs no list."""
    if all(change.action == "create" for change in plan.planned) and len(plan.planned) > 12:
        return Changes((), plan.drifted)
    return plan


def _relative(path: Path) -> str:
    """Return a path relative to the working directory, if it is inside."""
    path = path.resolve()
    folder = Path.cwd().resolve()
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
