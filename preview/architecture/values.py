"""The important values of a resource, by the table `values.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from preview.architecture.model import Resource
from preview.architecture.stack import Block

_PATHS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("values.toml").read_text("utf-8")
)
_NAMES = ("display_name", "name", "secret_id", "repository_id", "dataset_id", "account_id")


def describe(block: Block) -> Resource:
    """Return a resource with its important values; those that are not set are left out."""
    values = [(label, block.text(path)) for label, path in _PATHS.get(block.type, {}).items()]
    values += [("Connections at most", text) for text in _flags(block, "max_connections")]
    names = (block.text(key) for key in _NAMES)
    name = next((name for name in names if name and "(" not in name), block.name)
    shown = tuple((label, value) for label, value in values if value)
    return Resource(block.address, block.type, name, shown)


def _flags(block: Block, name: str) -> list[str]:
    flags = block.values("settings.database_flags")
    return [str(flag["value"]) for flag in flags if flag.get("name") == name]
