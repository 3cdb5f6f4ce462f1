"""`try` and `try-destroy`: a whole apply of a synthesized environment, and its end, offline."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rich.markup import escape

from contract.plan import managed_resources
from offline.rules.audit import audit
from offline.session import Offline, TerraformError
from preview import summary
from preview.changes import Changes, changes
from preview.diagram import draw
from preview.graph import read
from preview.progress import Step, Steps, console
from preview.protection import protections

LAST_LINES = 25
_PLAN = "offline.tfplan"


class TrialError(Exception):
    """A step failed, or the environment is not as it has to be; the message is for its user."""


@dataclass(frozen=True)
class Trial:
    """One environment in `directory` (with its `cdk.tf.json`), tried in `session`.

    Logs and the picture go to `folder`.
    """

    session: Offline
    environment: str
    directory: Path
    folder: Path

    def apply(self) -> None:
        """Run init, plan, apply and a second plan, then print the summary and draw the picture.

        Raises:
            TrialError: a step failed; the message has the end of the log.
        """
        steps, to = Steps(console(stderr=True)), console()
        graph, given = read(self._stack), self._variables()
        events = self.session.world.events
        with self._log() as log:
            with self._step(steps, "init", log):
                self._run(log, "init", "-reconfigure", env=given)
            with self._step(steps, "plan", log) as step:
                found = self._plan(log, given)
                step.detail = found.counts()
            summary.show_changes(_of_what_is_there(found), to)
            with self._step(steps, "apply", log) as step:
                total, before = len(found.planned), len(events)
                step.count = lambda: f"{len(events) - before} of {total}"
                self._run(log, "apply", _PLAN, env=given)
                step.detail = "done" if total else "nothing to do"
            with self._step(steps, "plan again", log) as step:
                again = self._plan(log, given)
                step.detail = again.counts()
            with self._step(steps, "picture", log):
                picture = self._picture()
            (self.directory / _PLAN).unlink(missing_ok=True)
            if again.planned:
                summary.show_changes(again, to)
                raise TrialError("the second plan is not empty: an apply would never come to rest")
            shown = self._json("show", "-json")
            outputs = self._json("output", "-json")
        created = [(one.type, one.id) for one in events if one.action == "create"]
        summary.show(
            summary.Summary(
                environment=self.environment,
                seconds=steps.seconds,
                rooms=summary.rooms(graph, shown),
                order=summary.order(graph, shown, created),
                outputs=summary.flat(outputs),
                picture=_relative(picture),
                remarks=audit(self.session.world, self.session.quotas),
                given=[name.removeprefix("TF_VAR_") for name in given],
                next_steps=self._next_steps(),
            ),
            to,
        )

    def destroy(self) -> None:
        """Destroy what is applied, unless something protects it.

        Raises:
            TrialError: something is protected (the message says what, and how to go on), or a step
            failed.
        """
        steps, to = Steps(console(stderr=True)), console()
        given = self._variables()
        with self._log() as log:
            with self._step(steps, "init", log):
                self._run(log, "init", "-reconfigure", env=given)
            shown = self._json("show", "-json")
            count = len(managed_resources(shown.get("values")))
            if not count:
                to.print(f"{escape(self.environment)}: nothing is applied, nothing to destroy")
                return
            stack = json.loads(self._stack.read_text("utf-8"))
            if found := protections(stack, shown):
                by_address: dict[str, list[str]] = {}
                for one in found:
                    by_address.setdefault(one.address, []).append(one.setting)
                listed = "\n".join(f"  {a}: {', '.join(held)}" for a, held in by_address.items())
                raise TrialError(
                    f"{self.environment} is protected, nothing was destroyed:\n{listed}\n"
                    f"To unprotect it: set protect: false in environments/{self.environment}.yaml, "
                    f"run make try ENV={self.environment} (protection is lifted by an apply), then "
                    "this again."
                )
            with self._step(steps, "destroy", log) as step:
                self._run(log, "destroy", "-auto-approve", env=given)
                step.detail = f"{count} resources"
        to.print(f"\n{escape(self.environment)} is destroyed: {count} resources are gone")

    def _run(self, log: IO[str], *args: str, env: Mapping[str, str]) -> None:
        log.write(f"\n$ terraform {' '.join(args)}\n")
        log.flush()
        self.session.terraform(*args, chdir=self.directory, env=env, log=log)

    def _json(self, *args: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            self.session.terraform(*args, chdir=self.directory).stdout
        )
        return found

    def _plan(self, log: IO[str], given: Mapping[str, str]) -> Changes:
        self._run(log, "plan", f"-out={_PLAN}", env=given)
        return changes(self._json("show", "-json", _PLAN))

    def _picture(self) -> Path:
        file = self.folder / f"{self.environment}.svg"
        file.write_text(
            draw(
                self.directory / "cdk.tf.json",
                title=f"{self.environment}: what there is, and what it needs",
            ),
            "utf-8",
        )
        return file

    def _variables(self) -> dict[str, str]:
        """Return a throw-away value for each variable that has none.

        Of an ephemeral variable it is random; of another it is the same in every run, or each plan
        would change it.
        """
        declared = json.loads(self._stack.read_text("utf-8")).get("variable")
        found = {}
        for name, variable in (declared or {}).items():
            if "default" in variable or f"TF_VAR_{name}" in os.environ:
                continue
            fixed = hashlib.sha256(f"{self.environment}/{name}".encode()).hexdigest()[:24]
            text = secrets.token_urlsafe(24) if variable.get("ephemeral") else fixed
            found[f"TF_VAR_{name}"] = _of_type(str(variable.get("type", "string")), text)
        return found

    def _next_steps(self) -> list[tuple[str, str]]:
        name = self.environment
        terraform = f"python -m offline terraform -chdir={_relative(self.directory)}"
        drift = "python -m offline world drift TYPE ID key=value"
        return [
            (f"make try ENV={name}", f"applies what you change in environments/{name}.yaml"),
            (f"{terraform} state list", "any Terraform command, on this world"),
            ("python -m offline world", "lists what exists"),
            (drift, "changes it behind Terraform's back"),
            (f"make try-destroy ENV={name}", "destroys it"),
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
            said = "\n".join([*lines, *(error.stderr or "").splitlines()[-LAST_LINES:]])
            raise TrialError(
                f"{name} of {self.environment} failed. Terraform said, at the end of "
                f"{_relative(self._log_file)}:\n\n{said}"
            ) from error


def _of_what_is_there(found: Changes) -> Changes:
    """Leave the creations out when there is nothing else: a first apply needs no list."""
    if all(change.action == "create" for change in found.planned) and len(found.planned) > 12:
        return Changes((), found.drifted)
    return found


def _of_type(type_: str, text: str) -> str:
    """Return a value that a variable of this type takes, as TF_VAR_ needs it."""
    kind = type_.partition("(")[0].strip().strip("${} ")
    others = {"number": "1", "bool": "false", "list": "[]", "set": "[]", "tuple": "[]"}
    return others.get(kind) or ("{}" if kind in {"map", "object"} else text)


def _relative(path: Path) -> str:
    """Return a path as its user would type it here."""
    path = path.resolve()
    here = Path.cwd().resolve()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
