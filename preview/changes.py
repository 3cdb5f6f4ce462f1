"""What a plan changes, from `terraform show -json` of it (Terraform's "JSON Output Format")."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SECRET, LATER, ABSENT = "(sensitive)", "(known after apply)", "(none)"
_ACTIONS = {
    ("create",): "create",
    ("update",): "update",
    ("delete",): "delete",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("forget",): "forget",
}


@dataclass(frozen=True)
class Difference:
    """One attribute: its path, and both values as text; a sensitive value is never in it."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What happens to one resource: create, update, replace, delete or forget."""

    address: str
    action: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Changes:
    """A plan: what it changes, and what was changed behind Terraform's back before it."""

    planned: tuple[Change, ...]
    drifted: tuple[Change, ...]

    def counts(self) -> str:
        """Return the plan in a line: "3 to create, 1 to update", or "no changes"."""
        counted = Counter(change.action for change in self.planned)
        order = ("create", "update", "replace", "delete", "forget")
        return ", ".join(f"{counted[a]} to {a}" for a in order if counted[a]) or "no changes"


def changes(plan: Mapping[str, Any]) -> Changes:
    """Return what a plan changes; no-ops and reads are left out."""
    return Changes(
        tuple(_changed(plan.get("resource_changes") or [])),
        tuple(_changed(plan.get("resource_drift") or [])),
    )


def _changed(listed: list[Mapping[str, Any]]) -> Iterator[Change]:
    for each in listed:
        change = each["change"]
        action = _ACTIONS.get(tuple(change["actions"]))
        if action in {"update", "replace"}:
            yield Change(each["address"], action, tuple(_differences(change)))
        elif action:
            yield Change(each["address"], action)


def _differences(change: Mapping[str, Any]) -> Iterator[Difference]:
    before, after = _flat(change.get("before")), _flat(change.get("after"))
    unknown = {path for path, value in _flat(change.get("after_unknown")).items() if value is True}
    secret = {
        path
        for side in ("before_sensitive", "after_sensitive")
        for path, value in _flat(change.get(side)).items()
        if value is True
    }

    def within(path: str, paths: set[str]) -> bool:
        return any(path == one or path.startswith(f"{one}.") or one == "" for one in paths)

    for path in sorted(before.keys() | after.keys() | unknown):
        old = _text(before[path]) if path in before else ABSENT
        new = LATER if path in unknown else _text(after[path]) if path in after else ABSENT
        if old != new and within(path, secret):
            yield Difference(path, SECRET, SECRET)
        elif old != new:
            yield Difference(path, old, new)


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Return the leaves of a value by dotted path."""
    if isinstance(value, dict):
        items = [(str(key), inner) for key, inner in value.items()]
    elif isinstance(value, list):
        items = [(str(number), inner) for number, inner in enumerate(value)]
    else:
        return {path: value} if value is not None else {}
    found: dict[str, Any] = {}
    for key, inner in items:
        found |= _flat(inner, f"{path}.{key}" if path else key)
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
