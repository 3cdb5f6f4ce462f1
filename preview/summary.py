"""Text after `make try`: resources by group, order of creation, outputs, and next steps."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape

from contract.costs import Cost, total
from contract.plan import Change, managed_resources
from facts.prices import checked
from preview.changes import LABELS, Changes, differences
from preview.groups import UNGROUPED

COLUMNS = 36  # of the chart of creation
_SHOWN_CHANGES, _SHOWN_ATTRIBUTES = 12, 20
_WIDTH = 60  # of a value in the list of changes
_SIGNS = {"create": "+", "update": "~", "replace": "±", "destroy": "-", "forget": "."}


@dataclass(frozen=True)
class Summary:
    """Content of the text."""

    environment: str
    seconds: float
    types: Mapping[str, Sequence[str]]
    """Types of the resources of each group."""
    order: Sequence[str]
    """Group of each resource, in the order of their creation."""
    outputs: Mapping[str, str]
    page: str
    costs: Sequence[Cost] = ()
    """Monthly cost of each part."""
    placeholders: Sequence[str] = ()
    """Names of the variables that got a placeholder value."""
    warnings: Sequence[str] = ()
    next_steps: Sequence[tuple[str, str]] = field(default_factory=tuple)


def types_by_group(groups: Mapping[str, str], state: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the types of the applied resources by group, in the order of the state."""
    types: dict[str, list[str]] = defaultdict(list)
    for resource in managed_resources(state.get("values")):
        types[_group(groups, resource)].append(str(resource["type"]))
    return dict(types)


def creation_order(
    groups: Mapping[str, str], state: Mapping[str, Any], created: Sequence[tuple[str, str]]
) -> list[str]:
    """Return the group of each creation: `created` are the (type, id) of the cloud's event log.

    Resources that are not in this state are left out: they were deleted, or belong to another
    environment. Of two creations of one resource, the last counts.
    """
    known = {
        (str(resource["type"]), str((resource.get("values") or {}).get("id"))): _group(
            groups, resource
        )
        for resource in managed_resources(state.get("values"))
    }
    last = {key: number for number, key in enumerate(created) if key in known}
    return [known[key] for key in sorted(last, key=lambda key: last[key])]


def flatten_outputs(outputs: Mapping[str, Any]) -> dict[str, str]:
    """Return `terraform output -json` by dotted path, without sensitive values."""
    texts: dict[str, str] = {}

    def add(path: str, value: Any) -> None:
        if isinstance(value, dict) and value:
            for key, inner in value.items():
                add(f"{path}.{key}", inner)
        elif (
            isinstance(value, list) and value and not any(isinstance(item, dict) for item in value)
        ):
            texts[path] = ", ".join(str(item) for item in value)
        else:
            text = "(none)" if value in ({}, [], None) else json.dumps(value)
            texts[path] = value if isinstance(value, str) else text

    for name, output in outputs.items():
        add(name, "(sensitive)" if output.get("sensitive") else output.get("value"))
    return texts


def print_changes(plan: Changes, console: Console) -> None:
    """Print the first changes of a plan, and those made outside of Terraform before it."""
    for title, listed in (
        ("Changed outside Terraform since the last apply", plan.drifted),
        ("To change", plan.planned),
    ):
        if listed:
            _print_line(console, f"\n[bold]{title}[/]")
            for line in _change_lines(listed):
                _print_line(console, line)


def print_summary(summary: Summary, console: Console) -> None:
    """Print the summary."""
    count = sum(len(types) for types in summary.types.values())
    _print_line(
        console,
        f"\n[bold green]{escape(summary.environment)} is applied[/]: {count} resources in "
        f"{len(summary.types)} groups, {summary.seconds:.1f} s, on this machine only\n",
    )
    for line in _group_lines(summary, console.width):
        _print_line(console, line)
    _print_line(console, "\n[bold]Outputs[/]")
    for name, value in _aligned(summary.outputs.items()):
        _print_line(console, f"  {name}  {value}")
    for line in _cost_lines(summary.costs):
        _print_line(console, line)
    if summary.warnings:
        _print_line(console, "\n[bold yellow]Applied, and yet[/]")
        for warning in summary.warnings:
            _print_line(console, f"  {escape(warning)}")
    if summary.placeholders:
        names = ", ".join(summary.placeholders)
        _print_line(console, f"\nVariables that got a throw-away value: {escape(names)}")
    _print_line(console, f"\n[bold]Architecture page[/]  {escape(summary.page)}")
    _print_line(console, "\n[bold]Next[/]")
    for command, meaning in _aligned(summary.next_steps):
        _print_line(console, f"  [cyan]{command}[/]  {meaning}")


def _group_lines(summary: Summary, width: int) -> Iterator[str]:
    """Yield the table of groups, in the order in which their first resource was created."""
    total = sum(len(types) for types in summary.types.values())
    ranks = {group: number for number, group in reversed(list(enumerate(summary.order)))}
    chart = _chart(summary.order)
    name = max(map(len, summary.types), default=0)
    left = width - name - 8 - (COLUMNS + 2 if chart else 0)
    if chart:
        yield f"{'':{name + 6}}[bold]{'order of creation, first → last':{COLUMNS + 2}}[/]"
    for group in sorted(summary.types, key=lambda name: (ranks.get(name, total), name)):
        bar = f"{chart.get(group, '·' * COLUMNS)}  " if chart else ""
        types = _truncate(_count_types(summary.types[group]), max(left, 20))
        count = len(summary.types[group])
        yield f"{escape(f'{group:{name}}')}{count:4}  {bar}[dim]{escape(types)}[/]"


def _cost_lines(costs: Sequence[Cost]) -> Iterator[str]:
    """Yield the table of costs, with their sum and what they mean."""
    if costs:
        yield f"\n[bold]{'Cost, US dollars a month':40}[/]{'always':>12}{'at most':>12}"
        for cost in [*costs, total(list(costs))]:
            yield f"  {cost.part:38}{cost.always:12,.0f}{cost.most:12,.0f}"
        left_out = "without traffic, stored data and discounts: grid cost has each line"
        yield f"  [dim]Prices of {checked()} in us-central1, {left_out}[/]"


def _aligned(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return pairs of texts, the first ones of one width."""
    listed = list(pairs)
    width = max((len(first) for first, _ in listed), default=0)
    return [(escape(f"{first:{width}}"), escape(second)) for first, second in listed]


def _print_line(console: Console, text: str) -> None:
    """Print a line without wrapping: paths and commands must stay whole to be copied."""
    console.print(text, soft_wrap=True)


def _group(groups: Mapping[str, str], resource: Mapping[str, Any]) -> str:
    return groups.get(f"{resource['type']}.{resource['name']}", UNGROUPED)


def _count_types(types: Sequence[str]) -> str:
    counted = Counter(type_.removeprefix("google_").replace("_", " ") for type_ in types)
    return ", ".join(
        f"{count} {name}" if count > 1 else name for name, count in counted.most_common()
    )


def _chart(order: Sequence[str]) -> dict[str, str]:
    """Return a bar for each group over the order of creation, first to last."""
    if not order:
        return {}
    cells: dict[str, list[str]] = {group: ["·"] * COLUMNS for group in order}
    for number, group in enumerate(order):
        cells[group][number * COLUMNS // len(order)] = "█"
    return {group: "".join(row) for group, row in cells.items()}


def _change_lines(listed: Sequence[Change]) -> Iterator[str]:
    for change in listed[:_SHOWN_CHANGES]:
        label = LABELS[change.action]
        yield f"  {_SIGNS[change.action]} {escape(change.address)}  [dim]{label}[/]"
        lines = differences(change)
        for path, before, after in lines[:_SHOWN_ATTRIBUTES]:
            values = " → ".join(_shorten(before, after))
            yield f"      {escape(path)}: {escape(values)}"
        if (more := len(lines) - _SHOWN_ATTRIBUTES) > 0:
            yield f"      … and {more} more attributes"
    if (more := len(listed) - _SHOWN_CHANGES) > 0:
        yield f"  … and {more} more resources"


def _shorten(before: str, after: str) -> tuple[str, str]:
    """Cut two long texts to the parts that differ, with some characters before them."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), 0)
    start = max(same - 10, 0)
    if start and max(len(before), len(after)) > _WIDTH:
        before, after = f"…{before[start:]}", f"…{after[start:]}"
    return _truncate(before), _truncate(after)


def _truncate(text: str, length: int = _WIDTH) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
