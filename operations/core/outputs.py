"""Reads the outputs of an applied environment from a file, or from its state bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from contract import synthesis
from contract.outputs import PlatformOutputs
from contract.state_location import STATE, StateLocation, StateLocationError, find
from operations.core.api_client import GoogleError, UnreachableError
from operations.core.errors import FailedError, UsageError
from operations.core.runtime import Runtime
from operations.core.shared_objects import ABSENT, SharedObjects, UnreadableObjectError
from operations.core.terraform import WITHOUT_WRAPPER, WRAPPER

CONTRACT_VERSION = "contract_version"
"""Output with the version of the project that wrote the outputs; older versions lack it."""
COPY = "outputs.json"
"""Object with a copy of the outputs, for the time when the state cannot be read."""
_UNRECORDED = "an older version, which did not record it"


def load_outputs(file: Path) -> PlatformOutputs:
    """Read the outputs of an environment from a file with the output of `terraform output -json`.

    Raises:
        UsageError: The file cannot be read, or an output is missing.
    """
    source = str(file)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{source} cannot be read: {error}", advice="terraform output -json > FILE"
        ) from error
    try:
        values = _values(json.loads(text))
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise UsageError(
            f"{source} is not what terraform output -json prints ({error!r})",
            advice=WITHOUT_WRAPPER if text.startswith(WRAPPER) else "terraform output -json > FILE",
        ) from error
    return _validate(values, source)


def fetch_outputs(objects: SharedObjects) -> PlatformOutputs:
    """Read the outputs of an environment from its state, else from their copy next to it.

    No Terraform runs, so that a machine without a synthesized stack can operate the environment,
    and no variable of the shell leads to another workspace.

    Raises:
        UsageError: The environment is not applied, or an output is missing.
        FailedError: The state bucket cannot be read.
    """
    problem: FailedError | None = None
    for name in (STATE, COPY):
        try:
            found = objects.read(name)
            if found is not None:
                return _validate(_values(found.content["outputs"]), objects.uri(name))
        except (KeyError, TypeError, AttributeError) as error:
            problem = FailedError(
                f"{objects.uri(name)} has no outputs ({error!r})",
                advice="restore an earlier version (docs/runbooks/state.md), or give --outputs",
            )
        except (GoogleError, UnreachableError, UnreadableObjectError) as error:
            problem = problem or error
    if problem:
        raise problem
    raise UsageError(
        f"the environment is not applied: there is no {objects.uri(STATE)}",
        advice="run grid apply, or give --outputs FILE",
    )


def publish_outputs(objects: SharedObjects) -> None:
    """Copy the outputs from the state to an object next to it, where they changed.

    Sensitive outputs stay in the state alone.

    Raises:
        FailedError: The state bucket cannot be read or written.
    """
    state, copy = objects.read(STATE), objects.read(COPY)
    outputs: Mapping[str, Any] = state.content.get("outputs", {}) if state else {}
    public = {name: output for name, output in outputs.items() if not output.get("sensitive")}
    content = {"version": 1, "outputs": public}
    if content["outputs"] and (copy is None or copy.content != content):
        objects.write(COPY, content, replaces=copy.generation if copy else ABSENT)


def state_location(environment: str, runtime: Runtime) -> StateLocation:
    """Return where the state of an environment is.

    Raises:
        UsageError: there is no such environment, or its file does not say it.
    """
    file = runtime.environments / f"{environment}.yaml"
    try:
        return find(file, runtime.stacks / environment)
    except StateLocationError as error:
        names = ", ".join(known_environments(runtime)) or "none"
        raise UsageError(
            f"the state of {environment} cannot be found: {error}",
            advice=f"name one of the environments: {names}",
        ) from None


def synthesized_environments(runtime: Runtime) -> list[str]:
    """Return the environments that have a synthesized stack, by name."""
    return sorted(file.parent.name for file in runtime.stacks.glob("*/cdk.tf.json"))


def known_environments(runtime: Runtime) -> list[str]:
    """Return the environments that have a file or a synthesized stack, by name."""
    files = {file.stem for file in runtime.environments.glob("*.yaml")}
    return sorted(files.union(synthesized_environments(runtime)))


def stack_folder(environment: str, runtime: Runtime) -> Path:
    """Return the folder of a synthesized stack.

    Raises:
        UsageError: The environment has no synthesized stack.
    """
    names = synthesized_environments(runtime)
    if environment not in names:
        raise UsageError(
            f"{environment} is not synthesized: {runtime.stacks} has "
            f"{', '.join(names) or 'no environment'}",
            advice=f"run make synth ENV={environment}",
        )
    return runtime.stacks / environment


def check_stack_is_current(folder: Path) -> None:
    """Check that a synthesized stack is what its environment file says now.

    Raises:
        UsageError: The file changed after the synthesis, or no longer exists.
    """
    try:
        synthesis.check(folder)
    except synthesis.StaleStackError as error:
        raise UsageError(str(error), advice=f"run make synth ENV={folder.name}") from None


def _values(outputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: output["value"] for name, output in outputs.items()}


def _validate(values: Mapping[str, Any], source: str) -> PlatformOutputs:
    try:
        return PlatformOutputs.model_validate(values)
    except ValidationError as error:
        problems = "\n".join(
            f"  {'.'.join(map(str, problem['loc']))}: {problem['msg'].lower()}"
            for problem in error.errors()
        )
        version = values.get(CONTRACT_VERSION, _UNRECORDED)
        raise UsageError(
            f"the outputs in {source} do not fit:\n{problems}\n  written by: {version}",
            advice="apply the environment with this version of the project; "
            "its outputs are a contract",
        ) from None
