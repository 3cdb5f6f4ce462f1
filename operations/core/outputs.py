"""Reads the outputs of an applied environment from a file, or from its state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from contract import synthesis
from contract.outputs import PlatformOutputs
from operations.core import terraform
from operations.core.errors import UsageError
from operations.core.runtime import Runtime

CONTRACT_VERSION = "contract_version"
"""Output with the version of the project that wrote the outputs; older versions lack it."""
_UNRECORDED = "an older version, which did not record it"


def load_outputs(environment: str, outputs: Path | None, runtime: Runtime) -> PlatformOutputs:
    """Read the outputs of an environment: from a file, else from its state, through Terraform.

    `outputs` is a file with the output of `terraform output -json`.

    Raises:
        UsageError: The file, the stack, or Terraform does not exist, or an output is missing.
        FailedError: Terraform cannot read the state.
    """
    if outputs is None:
        source = f"the state of {environment}"
        folder = stack_folder(environment, runtime, ", or give --outputs FILE")
        text = terraform.capture("output", "-json", directory=folder)
    else:
        source = str(outputs)
        try:
            text = outputs.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{source} cannot be read: {error}") from error
    return _validate(_values(text, source), source)


def synthesized_environments(runtime: Runtime) -> list[str]:
    """Return the environments that have a synthesized stack, by name."""
    return sorted(file.parent.name for file in runtime.stacks.glob("*/cdk.tf.json"))


def stack_folder(environment: str, runtime: Runtime, alternative: str = "") -> Path:
    """Return the folder of a synthesized stack.

    `alternative` is what else to do where there is none.

    Raises:
        UsageError: The environment has no synthesized stack.
    """
    names = synthesized_environments(runtime)
    if environment not in names:
        raise UsageError(
            f"{environment} is not synthesized: {runtime.stacks} has "
            f"{', '.join(names) or 'no environment'}",
            advice=f"run make synth ENV={environment}{alternative}",
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


def _values(text: str, source: str) -> dict[str, Any]:
    try:
        return {name: output["value"] for name, output in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise UsageError(
            f"{source} is not what terraform output -json prints ({error!r})",
            advice="terraform output -json > FILE",
        ) from error


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
