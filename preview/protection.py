"""What keeps `terraform destroy` from an environment: read from its JSON and its state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract.plan import managed_resources

# Attributes with which google refuses a delete: "deletion_protection" of many types, Cloud SQL's
# own in the API (settings.deletion_protection_enabled), deletion_policy = "PREVENT" of newer types.
_FLAGS = ("deletion_protection", "deletion_protection_enabled")


@dataclass(frozen=True)
class Protection:
    """Something that refuses to be destroyed, and the setting that makes it."""

    address: str
    setting: str


def protections(stack: Mapping[str, Any], shown: Mapping[str, Any]) -> list[Protection]:
    """Return what protects the resources that are applied.

    `stack` is the environment's `cdk.tf.json` (prevent_destroy is in the configuration alone),
    `shown` is what `terraform show -json` says of its state (the provider goes by the value that
    was applied last).
    """
    found = []
    configured = stack.get("resource") or {}
    for resource in managed_resources(shown.get("values")):
        block = configured.get(resource["type"], {}).get(resource["name"], {})
        lifecycle = block.get("lifecycle") or {}
        parts = lifecycle if isinstance(lifecycle, list) else [lifecycle]
        settings = list(_flags(resource.get("values") or {}, ""))
        if any(part.get("prevent_destroy") for part in parts):
            settings.append("lifecycle.prevent_destroy")
        found += [Protection(resource["address"], setting) for setting in settings]
    return found


def _flags(values: Mapping[str, Any], at: str) -> Iterator[str]:
    for name, value in values.items():
        if (name in _FLAGS and value is True) or (name == "deletion_policy" and value == "PREVENT"):
            yield f"{at}{name}"
        elif name == "settings" and isinstance(value, list):
            for inner in value:
                yield from _flags(inner, f"{at}{name}.")
