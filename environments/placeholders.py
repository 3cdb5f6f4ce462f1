"""Removal of invalid values from the content of a file, so that the rest can be checked too."""

from collections.abc import Mapping
from typing import Any

from environments.problems import Path

PLACEHOLDERS: Mapping[Path, Any] = {
    ("environment",): "placeholder",
    ("project_id",): "placeholder",
    ("node_env",): "production",
    ("protect",): True,
    ("state",): {},
    ("state", "bucket"): "placeholder",
    ("state", "prefix"): "placeholder",
    ("primary_region",): "us-central1",
    ("regions",): {"us-central1": {}},
    ("regions", "*", "subnet_range"): "192.168.240.0/24",
    ("regions", "*", "services_range"): "192.168.241.0/24",
    ("regions", "*", "pods_range"): "192.168.242.0/24",
    ("regions", "*", "connector"): {},
    ("regions", "*", "connector", "range"): "192.168.243.0/28",
    ("network",): {},
    ("network", "private_services_range"): "192.168.244.0/24",
    ("domain",): {},
    ("domain", "name"): "placeholder.example",
    ("cloud_armor", "rate_limit", "interval_seconds"): 60,
    ("database",): {},
    ("database", "tier"): "db-f1-micro",
    ("database", "maintenance", "hour"): 0,
    ("database", "replicas", "*", "region"): "us-central1",
    ("database", "promoted", "replica"): "replica",
    ("database", "promoted", "region"): "us-central1",
    ("cache", "maintenance", "hour"): 0,
    ("storage",): {},
    ("storage", "backups"): {},
    ("storage", "backups", "location"): "EU",
    ("secrets", "*", "source"): "external",
    ("services",): {"placeholder": {}},
    ("services", "*", "database", "pool_size"): 1,
    ("cost", "billing_account"): "000000-000000-000000",
    ("cost", "budget"): {},
    ("cost", "budget", "amount"): 1,
    ("monitoring",): {},
    ("monitoring", "alert_email"): "placeholder@example.com",
    ("monitoring", "logs", "sink", "destination"): "storage.googleapis.com/placeholder",
    ("binary_authorization", "attestors"): ["projects/placeholder/attestors/placeholder"],
    ("organization", "perimeter", "access_policy"): "1",
    ("ci", "repository"): "placeholder/placeholder",
    ("ci", "repository_id"): 1,
    ("gateway", "billing_type"): "PAYG",
}
"""Values for every required key; `*` is any name. Problems that follow from a placeholder are
never reported."""


def remove_invalid(data: Mapping[str, Any], path: Path) -> tuple[dict[str, Any], Path]:
    """Return the data without the value at a path, and the path that was removed or replaced.

    A required value is replaced by a placeholder, an optional value is removed. For an invalid
    list item, the whole list is removed, so that other indexes stay correct.
    """
    for pattern, placeholder in PLACEHOLDERS.items():
        if matches(pattern, path):
            return _with(data, path, placeholder), path
    part: Path = ()
    value: Any = data
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            break
        part, value = (*part, key), value[key]
    return _without(data, part), part


def contains(section: Path, path: Path) -> bool:
    """Report whether a path is that of a section, or leads into it."""
    return path[: len(section)] == section


def matches(pattern: Path, path: Path) -> bool:
    """Report whether a path has a form in which `*` is any name."""
    return len(pattern) == len(path) and all(
        form in ("*", key) for form, key in zip(pattern, path, strict=True)
    )


def _with(data: Mapping[Any, Any], path: Path, value: Any) -> dict[Any, Any]:
    key, below = path[0], path[1:]
    return {**data, key: _with(data[key], below, value) if below else value}


def _without(data: Mapping[Any, Any], path: Path) -> dict[Any, Any]:
    key, below = path[0], path[1:]
    if below:
        return {**data, key: _without(data[key], below)}
    return {name: value for name, value in data.items() if name != key}
