"""Values of the secrets with `source: variable`, as environment variables of Terraform."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from contract.variables import PREFIX, placeholder_variables
from operations.core.errors import UsageError

VALUES = "GRID_SECRET_VALUES"
"""Environment variable with a JSON object: name of the secret -> value. A pipeline sets it from one
secret of its own, so that it names no secret of the environment file."""
_EXAMPLE = f'{VALUES}=\'{{"openai-key": "..."}}\''


def secret_values(folder: Path, *, placeholders: bool) -> dict[str, str]:
    """Return `TF_VAR_<name>` for each variable of a stack that the shell does not set itself.

    Args:
        folder: Folder with the stack's `cdk.tf.json`.
        placeholders: An ephemeral variable without a value gets a placeholder. It is enough for a
            plan, which neither keeps nor compares the value.

    Raises:
        UsageError: `GRID_SECRET_VALUES` is not such an object, or a value is missing.
    """
    stack = json.loads((folder / "cdk.tf.json").read_text("utf-8"))
    given = _given()
    values: dict[str, str] = {}
    missing: list[str] = []
    for variable, placeholder in placeholder_variables(stack, seed=folder.name).items():
        name = variable.removeprefix(PREFIX)
        if variable in os.environ:
            continue
        if name in given:
            values[variable] = given[name]
        elif placeholders and stack["variable"][name].get("ephemeral"):
            values[variable] = placeholder
        else:
            missing.append(name)
    if missing:
        first = missing[0]
        raise UsageError(
            f"no value for {', '.join(missing)}, a secret with source: variable",
            advice=f"set {PREFIX}{first}, or add {first.replace('_', '-')} to the JSON of {VALUES}",
        )
    return values


def _given() -> Mapping[str, str]:
    """Return the values of the JSON by the names of their Terraform variables.

    The text is not part of any message, because it has the values.
    """
    text = os.environ.get(VALUES)
    if not text:
        return {}
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise UsageError(f"{VALUES} is not a JSON object", advice=f"for example: {_EXAMPLE}")
    for name, value in values.items():
        if not isinstance(value, str) or not value:
            raise UsageError(f"{VALUES} has no text for {name}", advice=f"for example: {_EXAMPLE}")
    return {name.replace("-", "_"): value for name, value in values.items()}
