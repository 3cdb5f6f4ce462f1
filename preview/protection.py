"""Settings that block `terraform destroy`, read from the JSON and the state of an environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract.plan import managed_resources

# Attributes that make the provider reject a delete: "deletion_protection" of many types, Cloud
# SQL's own in the API (settings.deletion_protection_enabled), deletion_policy = "PREVENT" of newer
# types.
_FLAGS = ("deletion_protection", "deletion_protection_enabled")


@dataclass(frozen=True)
class Protection:
    """Resource that cannot be destroyed, and the setting that protects it."""

    address: str
    setting: str


def find_protections(stack: Mapping[str, Any], state: Mapping[str, Any]) -> list[Protection]:
    """Return the settings that protect the applied resources.

    `stack` is the environment's `cdk.tf.json` (only the configuration has prevent_destroy),
    `state` is the output of `terraform show -json` (the provider uses the value that was applied
    last).
    """
    protections = []
    configured = stack.get("resource") or {}
    for resource in managed_resources(state.get("values")):
        block = configured.get(resource["type"], {}).get(resource["name"], {})
        lifecycle = block.get("lifecycle") or {}
        parts = lifecycle if isinstance(lifecycle, list) else [lifecycle]
        settings = list(_flags(resource.get("values") or {}, ""))
        if any(part.get("prevent_destroy") for part in parts):
            settings.append("lifecycle.prevent_destroy")
        protections += [Protection(resource["address"], setting) for setting in settings]
    return protections


def _flags(values: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, value in values.items():
        if (name in _FLAGS and value is True) or (name == "deletion_policy" and value == "PREVENT"):
            yield f"{prefix}{name}"
        elif name == "settings" and isinstance(value, list):
            for inner in value:
                yield from _flags(inner, f"{prefix}{name}.")
