"""A plan or a state as `terraform show -json` prints it (Terraform, "JSON Output Format")."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from typing import Any, Literal

Path = tuple[str | int, ...]
"""Attribute names, list indexes, and map keys from the resource to a value."""
Action = Literal["create", "update", "replace", "destroy", "forget", "import", "move"]

_ACTIONS: dict[tuple[str, ...], Action] = {
    ("create",): "create",
    ("update",): "update",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("delete",): "destroy",
    ("forget",): "forget",
    ("create", "forget"): "forget",
}


class Absence(Enum):
    """Reasons for which one side of a difference has no value."""

    MISSING = "missing"
    UNKNOWN = "known after apply"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One attribute whose value differs; a side without a value is an `Absence`."""

    path: Path
    before: Any
    after: Any
    sensitive: bool
    """Terraform marks the value, a value around it, or a value in it as sensitive."""

    @property
    def is_empty(self) -> bool:
        """Whether neither side has content: a provider reads null back as an empty list or map."""
        return _is_empty(self.before) and _is_empty(self.after)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a plan does to one managed resource, or what happened to it outside of Terraform."""

    address: str
    """With the key of the deposed object, if the change is about one."""
    type: str
    name: str
    action: Action
    reason: str
    """The attributes that force a replacement, or Terraform's reason; empty without one."""
    values: Mapping[str, Any]
    """Terraform's change representation: before, after, after_unknown, and the sensitive marks."""

    @property
    def before(self) -> Mapping[str, Any]:
        """Attributes before the change; empty for a resource that does not exist yet."""
        return self.values.get("before") or {}

    def differences(self, *, expand: bool = False) -> Iterator[Difference]:
        """Yield the attributes that differ, as deep as both sides have them.

        Args:
            expand: Descend to the last leaf, also where one side has no value, a null, or a list of
                another length.
        """
        marks = [self.values.get(f"{side}_sensitive") for side in ("before", "after")]
        after = _with_unknown(self.values.get("after") or {}, self.values.get("after_unknown"))
        for path, old, new in _walk(self.before, after, (), expand=expand):
            sensitive = any(_is_marked(mark, path) for mark in marks)
            yield Difference(path=path, before=old, after=new, sensitive=sensitive)


def has_resources(document: Mapping[str, Any]) -> bool:
    """Report whether the state that a plan starts from has managed resources."""
    state = (document.get("prior_state") or {}).get("values") or {}
    modules = [state.get("root_module") or {}]
    while modules:
        module = modules.pop()
        if any(each.get("mode") == "managed" for each in module.get("resources", ())):
            return True
        modules += module.get("child_modules", ())
    return False


def planned_changes(document: Mapping[str, Any]) -> list[Change]:
    """Return what a plan does to managed resources, in Terraform's order."""
    return _changes(document.get("resource_changes"))


def drifted_resources(document: Mapping[str, Any]) -> list[Change]:
    """Return what happened outside of Terraform since the last apply, in Terraform's order."""
    return [
        one
        for one in _changes(document.get("resource_drift"))
        if one.action != "move"
        and (one.action != "update" or not all(item.is_empty for item in one.differences()))
    ]


def changed_outputs(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the outputs that a plan changes."""
    outputs = document.get("output_changes", {})
    return tuple(name for name, output in outputs.items() if output["actions"] != ["no-op"])


def provider_argument(document: Mapping[str, Any], provider: str, name: str) -> Any:
    """Return a constant argument of a provider in a plan's configuration; None without one."""
    provider_config = document["configuration"].get("provider_config", {})
    expressions = provider_config.get(provider, {}).get("expressions", {})
    return expressions.get(name, {}).get("constant_value")


def managed_resources(values: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Return the managed resources of a values representation, including those of modules.

    Args:
        values: `values` of a state, or `planned_values` of a plan.
    """
    resources: list[Mapping[str, Any]] = []
    modules = [(values or {}).get("root_module") or {}]
    while modules:
        module = modules.pop(0)
        listed = module.get("resources") or []
        resources += [resource for resource in listed if resource.get("mode") == "managed"]
        modules += module.get("child_modules") or []
    return resources


def _changes(entries: Sequence[Mapping[str, Any]] | None) -> list[Change]:
    managed = [entry for entry in entries or () if entry["mode"] == "managed"]
    return [_change(entry, action) for entry in managed if (action := _action(entry))]


def _action(entry: Mapping[str, Any]) -> Action | None:
    action = _ACTIONS.get(tuple(entry["change"]["actions"]))
    if action is None and entry["change"].get("importing"):
        return "import"
    if action is None and entry.get("previous_address", entry["address"]) != entry["address"]:
        return "move"
    return action


def _change(entry: Mapping[str, Any], action: Action) -> Change:
    deposed = f" (deposed {entry['deposed']})" if entry.get("deposed") else ""
    paths = (".".join(map(str, path)) for path in entry["change"].get("replace_paths", []))
    return Change(
        address=entry["address"] + deposed,
        type=entry["type"],
        name=entry["name"],
        action=action,
        reason=", ".join(paths) or entry.get("action_reason", "").replace("_", " "),
        values=entry["change"],
    )


def _walk(before: Any, after: Any, path: Path, *, expand: bool) -> Iterator[tuple[Path, Any, Any]]:
    if expand:
        before, after = _expanded(before, after), _expanded(after, before)
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            sides = before.get(name, Absence.MISSING), after.get(name, Absence.MISSING)
            yield from _walk(*sides, (*path, name), expand=expand)
    elif (
        isinstance(before, list)
        and isinstance(after, list)
        and (expand or len(before) == len(after))
    ):
        pairs = zip_longest(before, after, fillvalue=Absence.MISSING)
        for index, sides in enumerate(pairs):
            yield from _walk(*sides, (*path, index), expand=expand)
    elif before != after:
        yield path, before, after


def _expanded(value: Any, other: Any) -> Any:
    """Return an empty container of the other side's type for a missing or null value."""
    if value is not None and value is not Absence.MISSING:
        return value
    return type(other)() if isinstance(other, dict | list) else Absence.MISSING


def _with_unknown(after: Any, unknown: Any) -> Any:
    """Return the planned values with `Absence.UNKNOWN` at each mark of after_unknown."""
    if unknown is True:
        return Absence.UNKNOWN
    if isinstance(unknown, dict):
        planned = after if isinstance(after, dict) else {}
        marked = {name: _with_unknown(planned.get(name), mark) for name, mark in unknown.items()}
        return {**planned, **{name: v for name, v in marked.items() if v is not None}}
    if isinstance(unknown, list):
        planned_items = after if isinstance(after, list) else []
        return [_with_unknown(*pair) for pair in zip_longest(planned_items, unknown)]
    return after


def _is_marked(marks: Any, path: Path) -> bool:
    """Report whether the value, a value around it, or a value in it is marked as sensitive."""
    for part in path:
        if marks is True:
            return True
        if isinstance(marks, Mapping):
            marks = marks.get(str(part), False)
        elif isinstance(marks, Sequence) and isinstance(part, int) and part < len(marks):
            marks = marks[part]
        else:
            return False
    return "true" in json.dumps(marks)


def _is_empty(value: Any) -> bool:
    """Whether a value is null or a zero value, which the provider's library does not distinguish.

    The first refresh after a creation makes nulls of the state empty texts, lists and maps (the
    genuine provider 6.50.0, 2026-11-27): nobody changed anything.
    """
    return isinstance(value, Absence) or value is None or value in ("", 0, [], {})
