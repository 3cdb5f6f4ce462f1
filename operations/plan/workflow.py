"""From an environment's files to a plan of Terraform."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from contract.plan import has_resources, provider_argument
from operations.core import outputs, terraform
from operations.core.errors import BlockedError, FailedError, UsageError
from operations.core.runtime import ROOT
from operations.core.session import ReadContext
from operations.core.shared_objects import ABSENT
from operations.plan import events
from operations.plan.after_failover import check_failed_plan

Synth = Annotated[
    bool, typer.Option(help="Synthesize the environment first; else take cdktf.out as it is.")
]

UNLOCKED = "-lock=false"
"""For a plan that is only read. A lock is an object in the state's bucket, and who plans may not
write there. Terraform refuses to apply a plan that is older than the state, so none is needed."""


def prepare_stack(session: ReadContext, *, synth: bool) -> Path:
    """Return the folder of the environment's stack, synthesized and initialized.

    It is synthesized each time: that takes a second, and a plan of old files would be believed.
    `terraform init` too: it does nothing where nothing changed, and knows what a change of the
    backend or of a provider's version takes.

    Raises:
        UsageError: there is no such environment, its file is wrong, or there is no fit Terraform.
        FailedError: Terraform cannot initialize the folder.
    """
    terraform.check_variables(os.environ)
    with session.report.step("Terraform") as set_detail:
        set_detail(terraform.version())
    if synth:
        with session.report.step("synthesize"):
            _synthesize(session)
    folder = outputs.stack_folder(session.environment, session.runtime)
    outputs.check_stack_is_current(folder)
    with session.report.step("initialize"):
        terraform.capture(
            "init",
            directory=folder,
            advice="check that the state bucket exists and that these credentials can read it: "
            f"grid doctor {session.environment}",
        )
    return folder


def create_plan(
    session: ReadContext, folder: Path, file: Path, *options: str, values: Mapping[str, str]
) -> None:
    """Plan and save the plan. The file holds sensitive values in clear; only its owner reads it.

    `values` are those of `secret_values`.

    Raises:
        TerraformError: Terraform cannot plan.
        BlockedError: the same, after a failover that Terraform does not know.
    """
    out = f"-out={file.absolute()}"
    try:
        with session.report.step("plan"):
            run_terraform(session, folder, "plan", out, *options, values=values)
    except FailedError as error:
        check_failed_plan(session, error)
        raise


def show_plan(folder: Path, file: Path) -> dict[str, Any]:
    """Return what Terraform says of a saved plan.

    Raises:
        FailedError: it is no plan, or one of another version of Terraform.
    """
    text = terraform.capture(
        "show", "-json", str(file.absolute()), directory=folder, advice="make the plan again"
    )
    document: dict[str, Any] = json.loads(text)
    return document


def run_terraform(
    session: ReadContext, folder: Path, command: str, *options: str, values: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Run a long command of Terraform with `secret_values`, and say how it continues.

    Returns the addresses that it began to change, and those of them that are done.

    Raises:
        TerraformError: it failed, before it began to change anything.
        PartialApplyError: it failed after that.
    """
    started: list[str] = []
    completed: list[str] = []

    def on_event(event: events.Event) -> None:
        kind, hook = event.get("type"), event.get("hook", {})
        if kind == "apply_start" and hook.get("action") != "read":
            started.append(hook["resource"]["addr"])
        elif kind == "apply_complete" and hook.get("action") != "read":
            completed.append(hook["resource"]["addr"])
            session.report.log(event["@message"])
        if kind not in {"version", "outputs"}:
            session.report.progress(str(event.get("@message", "")))

    log = session.runtime.folder / "terraform" / f"{session.environment}-{command}.jsonl"
    try:
        events.follow(
            command, *options, directory=folder, log=log, values=values, on_event=on_event
        )
    except events.TerraformError as error:
        if started:
            raise PartialApplyError(str(error), started=started, completed=completed) from error
        raise
    return started, completed


def check_state_is_not_empty(session: ReadContext, document: Mapping[str, Any]) -> None:
    """Check that an applied environment has resources in its state.

    Where the state was lost or another one is read, Terraform would create everything again.
    `document` is what `show_plan` returned.

    Raises:
        BlockedError: the state is empty, and the copy of the outputs says that it was not.
        FailedError: the state bucket does not answer.
    """
    if has_resources(document):
        return
    if session.shared.generation(outputs.COPY) != ABSENT:
        copy = session.shared.uri(outputs.COPY)
        raise BlockedError(
            f"the state of {session.environment} is empty, and the environment was applied before",
            advice="restore the state: docs/runbooks/state.md; after a destroy, "
            f"gcloud storage rm {copy}",
        )


def check_plan_belongs(document: Mapping[str, Any], folder: Path, file: Path) -> None:
    """Check that a saved plan is one of this stack: Terraform applies any plan in any folder.

    `document` is what `show_plan` returned for `file`.

    Raises:
        UsageError: it was made for another project or environment.
    """
    stack = json.loads((folder / "cdk.tf.json").read_text("utf-8"))
    provider: Any = stack.get("provider", {}).get("google", {})
    if isinstance(provider, list):
        provider = next((block for block in provider if "alias" not in block), {})
    for name in ("project", "default_labels"):
        planned = provider_argument(document, "google", name)
        if planned != provider.get(name):
            raise UsageError(
                f"the plan {file} is for another environment: its {name} is {planned}, "
                f"and {folder.name} has {provider.get(name)}",
                advice=f"grid plan {folder.name} --out {file}",
            )


class PartialApplyError(FailedError):
    """Terraform failed after it had begun to change resources."""

    def __init__(self, message: str, *, started: list[str], completed: list[str]) -> None:
        super().__init__(message, advice="correct the cause, and run grid apply again")
        self.started, self.completed = started, completed


def _synthesize(session: ReadContext) -> None:
    process = subprocess.run(  # noqa: S603
        [sys.executable, "-O", "main.py", session.environment],
        cwd=ROOT,
        env={**os.environ, "CDKTF_OUTDIR": str(session.runtime.stacks.parent.absolute())},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if process.returncode:
        output = (process.stderr.strip() or process.stdout.strip())[-4000:]
        raise UsageError(
            f"{session.environment} cannot be synthesized:\n{output}",
            advice=f"correct the file, and check it: make check ENV={session.environment}",
        )
