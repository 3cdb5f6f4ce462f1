"""The life of a directory's resources with one provider: plan, state, second plan, destroy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Any, Self

UNKNOWN = "(known after apply)"
"""A planned value that is unknown until the apply."""

KEPT = "(kept)"
"""A planned value that stays what the state has."""

STEPS = ("plan", "apply", "second plan", "destroy")


@dataclass(frozen=True)
class Planned:
    """The planned change of one resource, with `UNKNOWN` and `KEPT` in its values."""

    actions: list[str]
    values: Any
    replace_paths: list[str]


@dataclass
class Life:
    """What became of the resources of a directory. `errors` has those of each step that failed."""

    plan: dict[str, Planned] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    second_plan: dict[str, list[str]] = field(default_factory=dict)
    """Actions by address: empty after a sound apply."""
    left: list[str] = field(default_factory=list)
    """Addresses in the state after the destroy."""
    errors: dict[str, list[str]] = field(default_factory=dict)
    created: dict[str, Any] = field(default_factory=dict)
    """Of a life that changes an earlier one: by address, the values that its creation planned."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave."""
        planned = {address: Planned(**change) for address, change in content["plan"].items()}
        return cls(**{**content, "plan": planned})


def read_plan(shown: Mapping[str, Any]) -> dict[str, Planned]:
    """Return the changes of a plan in the format of `terraform show -json`."""
    return {
        change["address"]: Planned(
            change["change"]["actions"],
            _values(change["change"]),
            sorted(
                ".".join(map(str, path)) for path in change["change"].get("replace_paths") or []
            ),
        )
        for change in shown.get("resource_changes", [])
    }


def _values(change: Mapping[str, Any]) -> Any:
    after = _merge(change.get("after"), change.get("after_unknown"))
    is_kept = "create" not in change["actions"]
    return _changed(change.get("before"), after) if is_kept else after


def _changed(before: Any, after: Any) -> Any:
    """Return planned values with a mark where they stay what they are."""
    if before == after and before is not None:
        return KEPT
    if isinstance(before, dict) and isinstance(after, dict):
        return {
            key: KEPT
            if key in before and before[key] == value
            else _changed(before.get(key), value)
            for key, value in after.items()
        }
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [_changed(*pair) for pair in zip(before, after, strict=True)]
    return after


def read_state(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by address of a state in the format of `terraform show -json`."""
    root = (shown.get("values") or {}).get("root_module", {})
    return {resource["address"]: resource.get("values") or {} for resource in _resources(root)}


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)


def _merge(value: Any, unknown: Any) -> Any:
    """Return planned values with a mark where Terraform shows only that they are unknown."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict) and isinstance(value, dict | None):
        given = value or {}
        merged = {key: _merge(given.get(key), unknown.get(key)) for key in {**given, **unknown}}
        return merged if merged or value is not None else None
    if isinstance(unknown, list) and isinstance(value, list | None):
        pairs = zip_longest(value or [], unknown)
        return [_merge(item, mark) for item, mark in pairs] or value
    return value
