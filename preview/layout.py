"""Layered layout of a graph in groups: a dependency is above its dependents.

The layout has two levels: groups are in rows by their dependencies on each other, and the nodes of
a group in layers by theirs. Within a row or layer, the barycenter heuristic keeps edges short.
Units are SVG's user units.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from preview.graph import Graph, depths

NODE_WIDTH, NODE_HEIGHT = 170.0, 36.0
GAP, LAYER_GAP = 14.0, 30.0
PADDING, TITLE = 16.0, 30.0
GROUP_GAP, ROW_GAP = 34.0, 62.0
MAX_LAYER_NODES = 6  # a longer layer is folded
ROW_WIDTH = 1800.0


@dataclass
class Box:
    """Rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """X of the middle."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """Y of the lower edge."""
        return self.y + self.height


@dataclass(frozen=True)
class Layout:
    """Boxes of the nodes and of the groups; groups are in rows from the top."""

    nodes: Mapping[str, Box]
    groups: Mapping[str, Box]
    width: float
    height: float


def compute_layout(graph: Graph) -> Layout:
    """Lay out a graph; the same graph gives the same layout."""
    members: dict[str, list[str]] = defaultdict(list)
    for address, node in sorted(graph.nodes.items()):
        members[node.group].append(address)
    inside = {group: _place_nodes(graph, addresses) for group, addresses in members.items()}
    sizes = {group: _size(boxes.values()) for group, boxes in inside.items()}
    dependencies = _group_dependencies(graph)
    rows = _rows(dependencies, sizes)
    widths = [sum(sizes[group][0] for group in row) + GROUP_GAP * (len(row) - 1) for row in rows]
    whole = max(widths, default=0.0)
    groups: dict[str, Box] = {}
    y = 0.0
    for row, width in zip(rows, widths, strict=True):
        x = (whole - width) / 2
        for group in _ordered(
            row, dependencies, {name: box.middle for name, box in groups.items()}
        ):
            groups[group] = Box(x, y, *sizes[group])
            x += sizes[group][0] + GROUP_GAP
        y += max(sizes[group][1] for group in row) + ROW_GAP
    nodes = {
        address: Box(groups[group].x + box.x, groups[group].y + box.y, box.width, box.height)
        for group, boxes in inside.items()
        for address, box in boxes.items()
    }
    return Layout(nodes, groups, whole, max(y - ROW_GAP, 0.0))


def _place_nodes(graph: Graph, addresses: list[str]) -> dict[str, Box]:
    """Place the nodes of a group, relative to the group."""
    members = set(addresses)
    dependencies = {address: graph.dependencies[address] & members for address in addresses}
    layers: dict[int, list[str]] = defaultdict(list)
    for address, depth in depths(dependencies).items():
        layers[depth].append(address)
    placed: dict[str, float] = {}
    rows: list[list[str]] = []
    for depth in sorted(layers):
        ordered = _ordered(sorted(layers[depth]), dependencies, placed)
        rows += [
            ordered[start : start + MAX_LAYER_NODES]
            for start in range(0, len(ordered), MAX_LAYER_NODES)
        ]
        for row in rows:
            for column, address in enumerate(row):
                placed[address] = column - (len(row) - 1) / 2
    widest = max(len(row) for row in rows)
    boxes = {}
    for number, row in enumerate(rows):
        left = PADDING + (widest - len(row)) * (NODE_WIDTH + GAP) / 2
        for column, address in enumerate(row):
            x = left + column * (NODE_WIDTH + GAP)
            y = TITLE + number * (NODE_HEIGHT + LAYER_GAP)
            boxes[address] = Box(x, y, NODE_WIDTH, NODE_HEIGHT)
    return boxes


def _size(boxes: Iterable[Box]) -> tuple[float, float]:
    listed = list(boxes)
    return (
        max(box.x + box.width for box in listed) + PADDING,
        max(box.bottom for box in listed) + PADDING,
    )


def _group_dependencies(graph: Graph) -> dict[str, frozenset[str]]:
    """Return the dependencies between groups, without the weakest edges that would close a cycle.

    Two groups can depend on each other (a service on a grant for a bucket, the grant on the
    service's account).
    """
    weights: Counter[tuple[str, str]] = Counter()
    for dependency, address in graph.edges():
        above, below = graph.nodes[dependency].group, graph.nodes[address].group
        if above != below:
            weights[above, below] += 1
    dependencies: dict[str, set[str]] = {node.group: set() for node in graph.nodes.values()}

    def reaches(start: str, goal: str) -> bool:
        waiting, seen = [start], {start}
        while waiting:
            group = waiting.pop()
            if group == goal:
                return True
            waiting += dependencies[group] - seen
            seen |= dependencies[group]
        return False

    for (above, below), _ in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        if not reaches(above, below):
            dependencies[below].add(above)
    return {group: frozenset(direct) for group, direct in dependencies.items()}


def _rows(
    dependencies: Mapping[str, frozenset[str]], sizes: Mapping[str, tuple[float, float]]
) -> list[list[str]]:
    """Return groups in rows by depth; a row that gets too wide is folded."""
    depth = depths(dependencies)
    # A group moves down to just above its dependents, so that edges are short.
    for group in sorted(depth, key=lambda name: -depth[name]):
        below = [depth[other] for other in dependencies if group in dependencies[other]]
        if below and depth[group] > 0:
            depth[group] = max(depth[group], min(below) - 1)
    rows: list[list[str]] = []
    for level in sorted(set(depth.values())):
        row: list[str] = []
        width = 0.0
        for group in sorted(name for name in depth if depth[name] == level):
            if row and width + sizes[group][0] > ROW_WIDTH:
                rows.append(row)
                row, width = [], 0.0
            row.append(group)
            width += sizes[group][0] + GROUP_GAP
        rows.append(row)
    return rows


def _ordered(
    names: list[str], dependencies: Mapping[str, frozenset[str]], placed: Mapping[str, float]
) -> list[str]:
    """Sort names by the mean position of their dependencies that are placed already."""

    def barycenter(name: str) -> tuple[float, str]:
        above = [placed[other] for other in dependencies[name] if other in placed]
        return (sum(above) / len(above) if above else 0.0, name)

    return sorted(names, key=barycenter)
