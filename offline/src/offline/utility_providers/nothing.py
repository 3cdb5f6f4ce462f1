"""hashicorp/null: a resource that does nothing, and a data source that returns its inputs."""

from __future__ import annotations

import secrets
from pathlib import Path

from offline.protocol.contract import Value
from offline.utility_providers.provider import Behavior, Resource


def _number() -> str:
    """Draw a number as Go's `rand.Int` does."""
    return str(secrets.randbits(63))


def _data(config: Value, _folder: Path) -> Value:
    default = config["has_computed_default"]
    return {
        "outputs": config["inputs"],
        "random": _number(),
        "has_computed_default": "default" if default is None else default,
        "id": "static",
    }


BEHAVIOR = Behavior(
    {"null_resource": Resource(lambda _planned, _folder: {"id": _number()})},
    {"null_data_source": _data},
)
