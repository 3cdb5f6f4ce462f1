"""Placeholder values for the Terraform variables of a stack that nobody sets."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

PREFIX = "TF_VAR_"
"""Prefix of the environment variables from which Terraform reads values of variables."""
_BY_TYPE = {
    "number": "1",
    "bool": "false",
    "list": "[]",
    "set": "[]",
    "tuple": "[]",
    "map": "{}",
    "object": "{}",
}


def placeholder_variables(stack: Mapping[str, Any], *, seed: str) -> dict[str, str]:
    """Return an environment variable for each variable without a default.

    The placeholder of an ephemeral variable is random. Any other depends only on `seed` and the
    name, because a new value would show up as a change in each plan. `stack` is a `cdk.tf.json`.
    """
    return {
        f"{PREFIX}{name}": _placeholder(variable, f"{seed}/{name}")
        for name, variable in (stack.get("variable") or {}).items()
        if "default" not in variable
    }


def _placeholder(variable: Mapping[str, Any], seed: str) -> str:
    type_ = str(variable.get("type", "string")).partition("(")[0].strip().strip("${} ")
    if type_ in _BY_TYPE:
        return _BY_TYPE[type_]
    if variable.get("ephemeral"):
        return secrets.token_urlsafe(24)
    return hashlib.sha256(seed.encode()).hexdigest()[:24]
