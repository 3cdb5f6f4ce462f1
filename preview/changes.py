"""The changes of a plan as text: their counts, and both values of each attribute."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract.plan import Absence, Change, Difference, drifted_resources, planned_changes

LABELS = {
    "create": "create",
    "update": "update",
    "replace": "replace",
    "destroy": "delete",
    "forget": "forget",
}
"""Label of each action that is shown, in the order in which they are counted."""
SECRET = "(sensitive)"  # noqa: S105
_ABSENT = {Absence.MISSING: "(none)", Absence.UNKNOWN: "(known after apply)"}


@dataclass(frozen=True)
class Changes:
    """The changes of a plan, and those made outside of Terraform before it."""

    planned: tuple[Change, ...]
    drifted: tuple[Change, ...]

    def counts(self) -> str:
        """Return the plan in a line: "3 to create, 1 to update", or "no changes"."""
        counted = Counter(LABELS[change.action] for change in self.planned)
        parts = [f"{counted[label]} to {label}" for label in LABELS.values() if counted[label]]
        return ", ".join(parts) or "no changes"


def changes(plan: Mapping[str, Any]) -> Changes:
    """Return the changes of a plan, without imports and moves that change nothing else."""
    return Changes(_shown(planned_changes(plan)), _shown(drifted_resources(plan)))


def differences(change: Change) -> list[tuple[str, str, str]]:
    """Return path, old value and new value of each attribute that an update or a replacement
    changes; never a sensitive value.
    """
    if change.action not in {"update", "replace"}:
        return []
    return sorted(_line(difference) for difference in change.differences(expand=True))


def _shown(listed: list[Change]) -> tuple[Change, ...]:
    return tuple(change for change in listed if change.action in LABELS)


def _line(difference: Difference) -> tuple[str, str, str]:
    path = ".".join(map(str, difference.path))
    if difference.sensitive:
        return path, SECRET, SECRET
    return path, _text(difference.before), _text(difference.after)


def _text(value: Any) -> str:
    if isinstance(value, Absence):
        return _ABSENT[value]
    return value if isinstance(value, str) else json.dumps(value)
