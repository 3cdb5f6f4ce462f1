"""The tables of the page: changes of a plan, costs, alerts and objectives."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence

from contract.costs import Cost, explanation, total
from contract.plan import Change
from preview.architecture.markup import Child, element
from preview.architecture.model import Alert, Architecture
from preview.changes import LABELS, Changes, differences

_SIGNS = {"create": "+", "update": "~", "replace": "±", "delete": "−", "forget": "·"}
_LONGEST_VALUE = 300
_MOST_CREATED = 12
"""A plan that creates more than this and nothing else is a first apply, which needs no list."""


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Child]]) -> ET.Element:
    """Return a table that scrolls by itself where the page is too narrow for it."""
    body = [
        element("tr", (element("td", cell, data_head=name) for name, cell in zip(head, row)))  # noqa: B905
        for row in rows
    ]
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", (element("th", name, scope="col") for name in head))),
        element("tbody", body),
    )


def changes_tables(changes: Changes) -> Iterator[ET.Element]:
    """Yield what a plan changes, and what was changed outside Terraform before."""
    yield element("p", f"Plan: {changes.counts()}.")
    for caption, listed in (
        ("To change", changes.planned),
        ("Changed outside Terraform since the last apply", changes.drifted),
    ):
        if any(change.action != "create" for change in listed) or len(listed) <= _MOST_CREATED:
            rows = [_change(change) for change in listed]
            if rows:
                yield table(caption, ("Action", "Resource", "Attributes"), rows)


def cost_table(costs: Sequence[Cost]) -> Iterator[ET.Element]:
    """Yield the costs line by line, and what they leave out."""
    rows = [
        (cost.part, cost.detail, f"{cost.always:,.0f}", f"{cost.most:,.0f}")
        for cost in [*costs, total(list(costs))]
    ]
    yield table("US dollars a month", ("Part", "What is billed", "Always", "At most"), rows)
    yield element("ul", (element("li", line) for line in explanation().splitlines()), class_="note")


def alert_tables(architecture: Architecture) -> Iterator[ET.Element]:
    """Yield the alert policies with their runbooks, and the objectives."""
    if architecture.objectives:
        yield table(
            "Service level objectives",
            ("Service", "Objective", "Goal", "Days"),
            [(o.service, o.name, o.goal, o.days) for o in architecture.objectives],
        )
    if architecture.alerts:
        yield table(
            "Alert policies",
            ("Severity", "Alert", "Fires when", "Notifies", "Runbook"),
            [_alert(alert) for alert in architecture.alerts],
        )
    if not architecture.objectives and not architecture.alerts:
        yield element("p", "There are no alert policies and no objectives.")


def _alert(alert: Alert) -> Sequence[Child]:
    severity = alert.severity.lower()
    link = element("a", "Open", href=alert.runbook) if alert.runbook else "none"
    if isinstance(link, ET.Element):
        link.set("aria-label", f"Runbook: {alert.name}")
    return (
        element("span", severity, class_=f"severity severity-{severity}"),
        alert.name,
        "; ".join(alert.conditions),
        ", ".join(alert.channels) or "nobody",
        link,
    )


def _change(change: Change) -> Sequence[Child]:
    lines = [
        element("li", element("code", path), f": {_cut(before)} → {_cut(after)}")
        for path, before, after in differences(change)
    ]
    label = LABELS[change.action]
    return (
        element("span", f"{_SIGNS[label]} {label}", class_="action"),
        element("code", change.address),
        element("ul", lines) if lines else "",
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
