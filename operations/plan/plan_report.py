"""What a plan of Terraform would do, the dangerous first. No value of an attribute is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from contract.plan import Action, Change, changed_outputs, planned_changes
from operations.core.errors import BlockedError, UsageError
from operations.plan.data_loss import lost_data
from operations.plan.rejections import rejection

ORDER: tuple[Action, ...] = ("destroy", "replace", "forget", "update", "create", "import", "move")
"""What may happen to a resource, the dangerous first."""


@dataclass(frozen=True, kw_only=True)
class PlanReport:
    """A plan."""

    changes: tuple[Change, ...]
    outputs: tuple[str, ...]
    """Names of the outputs that change."""

    @property
    def destructive(self) -> tuple[Change, ...]:
        """The changes by which something is permanently lost."""
        return tuple(change for change in self.changes if lost_data(change))

    def counts(self) -> dict[str, int]:
        """How many resources there are of each action that happens."""
        counted = Counter(change.action for change in self.changes)
        return {action: counted[action] for action in ORDER if counted[action]}

    def summary(self) -> str:
        """Return the plan as one line."""
        if not self.changes:
            return f"{len(self.outputs)} outputs change" if self.outputs else "no changes"
        counts = ", ".join(f"{count} to {action}" for action, count in self.counts().items())
        return (
            f"{counts}; {len(self.destructive)} of them lose data" if self.destructive else counts
        )

    def guard(self, allowed: Iterable[str]) -> None:
        """Let only those changes lose data whose addresses are allowed.

        Raises:
            UsageError: an allowed address loses nothing in this plan.
            BlockedError: a change loses data and is not allowed to.
        """
        allowed_addresses, dangerous = set(allowed), {change.address for change in self.destructive}
        if unknown := sorted(allowed_addresses - dangerous):
            raise UsageError(
                f"--allow-destroy {unknown[0]}: the plan destroys no data at that address",
                advice=f"it does at {', '.join(sorted(dangerous)) or 'none'}",
            )
        if blocked := [
            change for change in self.destructive if change.address not in allowed_addresses
        ]:
            lines = "\n".join(
                f"  {change.action} {change.address}: {lost_data(change)}" for change in blocked
            )
            options = " ".join(f"--allow-destroy '{change.address}'" for change in blocked)
            raise BlockedError(
                f"the plan permanently destroys data:\n{lines}",
                advice=f"verify that a backup exists; to continue, add {options}",
            )

    def check_rejections(self) -> None:
        """Check that nothing in the plan is known to fail in the apply.

        Raises:
            BlockedError: an apply would stop halfway.
        """
        if rejected := [
            f"  {change.action} {change.address}: {reason}"
            for change in self.changes
            if (reason := rejection(change))
        ]:
            raise BlockedError(
                "the apply would stop halfway:\n" + "\n".join(rejected),
                advice="restore the value of the environment file, or follow docs/traps.md, "
                '"Remove or replace protected resources" and "Change a fixed value"',
            )

    def table(self) -> Table:
        """Return the changes for a person."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("action", "resource", "why", "permanently lost"):
            table.add_column(heading, overflow="fold")
        for change in self.changes:
            loses = lost_data(change)
            cells = (change.action, change.address, change.reason, loses)
            table.add_row(*(Text(cell, style="bold red" if loses else "") for cell in cells))
        return table

    def as_json(self) -> list[dict[str, str]]:
        """Return the changes for `--json`."""
        return [
            {
                "address": change.address,
                "type": change.type,
                "action": change.action,
                "because": change.reason,
                "loses": lost_data(change),
            }
            for change in self.changes
        ]


def read(document: Mapping[str, Any]) -> PlanReport:
    """Read what `terraform show -json` says of a plan."""
    changes = planned_changes(document)
    changes.sort(
        key=lambda change: (not lost_data(change), ORDER.index(change.action), change.address)
    )
    return PlanReport(changes=tuple(changes), outputs=changed_outputs(document))
