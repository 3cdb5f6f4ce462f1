"""What a person reads after `try`: resources by room, order of creation, outputs, what next."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape

from contract.plan import Change, managed_resources
from preview.changes import LABELS, Changes, differences
from preview.graph import ELSEWHERE, Graph

COLUMNS = 36  # of the chart of creation
_SHOWN_CHANGES, _SHOWN_ATTRIBUTES = 12, 6
_SIGNS = {"create": "+", "update": "~", "replace": "±", "destroy": "-", "forget": "."}


@dataclass(frozen=True)
class Summary:
    """Everything that the text says; `order` has a room for each resource, as they were created."""

    environment: str
    seconds: float
    rooms: Mapping[str, Sequence[str]]
    order: Sequence[str]
    outputs: Mapping[str, str]
    picture: str
    given: Sequence[str] = ()
    remarks: Sequence[str] = ()
    next_steps: Sequence[tuple[str, str]] = field(default_factory=tuple)


def rooms(graph: Graph, shown: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the applied resources' types by room, in the order of the state."""
    found: dict[str, list[str]] = defaultdict(list)
    for resource in managed_resources(shown.get("values")):
        found[_room(graph, resource)].append(str(resource["type"]))
    return dict(found)


def order(graph: Graph, shown: Mapping[str, Any], created: Sequence[tuple[str, str]]) -> list[str]:
    """Return the room of each creation: `created` are the (type, id) of the world's event log.

    What was created and is not in the state any more, or belongs to another environment, is left
    out; of two creations of one resource the last counts.
    """
    known = {
        (str(one["type"]), str((one.get("values") or {}).get("id"))): _room(graph, one)
        for one in managed_resources(shown.get("values"))
    }
    last = {key: number for number, key in enumerate(created) if key in known}
    return [known[key] for key in sorted(last, key=lambda key: last[key])]


def flat(outputs: Mapping[str, Any]) -> dict[str, str]:
    """Return `terraform output -json` by dotted path; a sensitive value is never in it."""
    found: dict[str, str] = {}

    def add(path: str, value: Any) -> None:
        if isinstance(value, dict) and value:
            for key, inner in value.items():
                add(f"{path}.{key}", inner)
        elif isinstance(value, list) and value and not any(isinstance(v, dict) for v in value):
            found[path] = ", ".join(str(each) for each in value)
        else:
            text = "(none)" if value in ({}, [], None) else json.dumps(value)
            found[path] = value if isinstance(value, str) else text

    for name, output in outputs.items():
        add(name, "(sensitive)" if output.get("sensitive") else output.get("value"))
    return found


def show_changes(found: Changes, to: Console) -> None:
    """Print what a plan changes in what is there already, shortly."""
    for title, listed in (
        ("Changed outside Terraform since the last apply", found.drifted),
        ("To change", found.planned),
    ):
        if listed:
            _line(to, f"\n[bold]{title}[/]")
            for line in _change_lines(listed):
                _line(to, line)


def show(summary: Summary, to: Console) -> None:
    """Print the summary."""
    total = sum(len(types) for types in summary.rooms.values())
    _line(
        to,
        f"\n[bold green]{escape(summary.environment)} is applied[/]: {total} resources in "
        f"{len(summary.rooms)} rooms, {summary.seconds:.1f} s, on this machine alone\n",
    )
    for line in _room_lines(summary, to.width):
        _line(to, line)
    _line(to, "\n[bold]Outputs[/]")
    for name, value in _aligned(summary.outputs.items()):
        _line(to, f"  {name}  {value}")
    if summary.remarks:
        _line(to, "\n[bold yellow]Applied, and yet[/]")
        for remark in summary.remarks:
            _line(to, f"  {escape(remark)}")
    if summary.given:
        names = ", ".join(summary.given)
        _line(to, f"\nVariables that got a throw-away value: {escape(names)}")
    _line(to, f"\n[bold]Picture[/]  {escape(summary.picture)}")
    _line(to, "\n[bold]Next[/]")
    for command, meaning in _aligned(summary.next_steps):
        _line(to, f"  [cyan]{command}[/]  {meaning}")


def _room_lines(summary: Summary, width: int) -> Iterator[str]:
    """Yield the table of rooms, in the order in which their first resource was created."""
    total = sum(len(types) for types in summary.rooms.values())
    ranks = {room: number for number, room in reversed(list(enumerate(summary.order)))}
    chart = _chart(summary.order)
    name = max(map(len, summary.rooms), default=0)
    left = width - name - 8 - (COLUMNS + 2 if chart else 0)
    if chart:
        yield f"{'':{name + 6}}[bold]{'order of creation, first → last':{COLUMNS + 2}}[/]"
    for room in sorted(summary.rooms, key=lambda one: (ranks.get(one, total), one)):
        bar = f"{chart.get(room, '·' * COLUMNS)}  " if chart else ""
        kinds = _short(_kinds(summary.rooms[room]), max(left, 20))
        count = len(summary.rooms[room])
        yield f"{escape(f'{room:{name}}')}{count:4}  {bar}[dim]{escape(kinds)}[/]"


def _aligned(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return pairs of texts, the first ones of one width."""
    listed = list(pairs)
    width = max((len(first) for first, _ in listed), default=0)
    return [(escape(f"{first:{width}}"), escape(second)) for first, second in listed]


def _line(to: Console, text: str) -> None:
    """Print a line as it is, however wide: paths and commands must stay whole to be copied."""
    to.print(text, soft_wrap=True)


def _room(graph: Graph, resource: Mapping[str, Any]) -> str:
    node = graph.nodes.get(f"{resource['type']}.{resource['name']}")
    return node.room if node else ELSEWHERE


def _kinds(types: Sequence[str]) -> str:
    counted = Counter(one.removeprefix("google_").replace("_", " ") for one in types)
    return ", ".join(f"{n} {kind}" if n > 1 else kind for kind, n in counted.most_common())


def _chart(order_: Sequence[str]) -> dict[str, str]:
    """Return a bar for each room over the order of creation, first to last."""
    if not order_:
        return {}
    cells: dict[str, list[str]] = {room: ["·"] * COLUMNS for room in order_}
    for number, room in enumerate(order_):
        cells[room][number * COLUMNS // len(order_)] = "█"
    return {room: "".join(row) for room, row in cells.items()}


def _change_lines(listed: Sequence[Change]) -> Iterator[str]:
    for change in listed[:_SHOWN_CHANGES]:
        label = LABELS[change.action]
        yield f"  {_SIGNS[change.action]} {escape(change.address)}  [dim]{label}[/]"
        lines = differences(change)
        for path, before, after in lines[:_SHOWN_ATTRIBUTES]:
            values = f"{_short(before)} → {_short(after)}"
            yield f"      {escape(path)}: {escape(values)}"
        if (more := len(lines) - _SHOWN_ATTRIBUTES) > 0:
            yield f"      … and {more} more attributes"
    if (more := len(listed) - _SHOWN_CHANGES) > 0:
        yield f"  … and {more} more resources"


def _short(text: str, length: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
