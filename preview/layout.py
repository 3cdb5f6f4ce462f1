"""Places for the nodes of a graph in rooms: what is needed stands above what needs it.

Two levels of the same idea: rooms stand in rows by what they need of each other, and the nodes of a
room in layers by what they need of each other. Within a row or layer, the order is the one that
keeps edges short (the barycentre of what is above). Units are SVG's user units.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from preview.graph import Graph, depths

NODE_WIDTH, NODE_HEIGHT = 170.0, 36.0
GAP, LAYER_GAP = 14.0, 30.0
PADDING, TITLE = 16.0, 30.0
ROOM_GAP, ROW_GAP = 34.0, 62.0
WIDE = 6  # nodes in a layer before it is folded
ROW_WIDTH = 1800.0


@dataclass
class Box:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The x of the middle."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height


@dataclass(frozen=True)
class Layout:
    """Where everything is; `rooms` are in rows from the top."""

    nodes: Mapping[str, Box]
    rooms: Mapping[str, Box]
    width: float
    height: float


def place(graph: Graph) -> Layout:
    """Lay out a graph; the same graph gives the same layout."""
    members: dict[str, list[str]] = defaultdict(list)
    for address, node in sorted(graph.nodes.items()):
        members[node.room].append(address)
    inside = {room: _inside(graph, addresses) for room, addresses in members.items()}
    sizes = {room: _size(boxes.values()) for room, boxes in inside.items()}
    needs = _room_needs(graph)
    rows = _rows(needs, sizes)
    widths = [sum(sizes[room][0] for room in row) + ROOM_GAP * (len(row) - 1) for row in rows]
    whole = max(widths, default=0.0)
    rooms: dict[str, Box] = {}
    y = 0.0
    for row, width in zip(rows, widths, strict=True):
        x = (whole - width) / 2
        for room in _ordered(row, needs, {name: box.middle for name, box in rooms.items()}):
            rooms[room] = Box(x, y, *sizes[room])
            x += sizes[room][0] + ROOM_GAP
        y += max(sizes[room][1] for room in row) + ROW_GAP
    nodes = {
        address: Box(rooms[room].x + box.x, rooms[room].y + box.y, box.width, box.height)
        for room, boxes in inside.items()
        for address, box in boxes.items()
    }
    return Layout(nodes, rooms, whole, max(y - ROW_GAP, 0.0))


def _inside(graph: Graph, addresses: list[str]) -> dict[str, Box]:
    """Place the nodes of a room, relative to the room."""
    mine = set(addresses)
    needs = {address: graph.needs[address] & mine for address in addresses}
    layers: dict[int, list[str]] = defaultdict(list)
    for address, depth in depths(needs).items():
        layers[depth].append(address)
    placed: dict[str, float] = {}
    rows: list[list[str]] = []
    for depth in sorted(layers):
        ordered = _ordered(sorted(layers[depth]), needs, placed)
        rows += [ordered[start : start + WIDE] for start in range(0, len(ordered), WIDE)]
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
    held = list(boxes)
    return (
        max(box.x + box.width for box in held) + PADDING,
        max(box.bottom for box in held) + PADDING,
    )


def _room_needs(graph: Graph) -> dict[str, frozenset[str]]:
    """Return what rooms need of each other, without the weakest edges that would close a circle.

    Rooms may need each other both ways (a service a grant on a bucket, the grant the service's
    account).
    """
    weights: Counter[tuple[str, str]] = Counter()
    for needed, address in graph.edges():
        above, below = graph.nodes[needed].room, graph.nodes[address].room
        if above != below:
            weights[above, below] += 1
    needs: dict[str, set[str]] = {node.room: set() for node in graph.nodes.values()}

    def reaches(start: str, goal: str) -> bool:
        waiting, seen = [start], {start}
        while waiting:
            room = waiting.pop()
            if room == goal:
                return True
            waiting += needs[room] - seen
            seen |= needs[room]
        return False

    for (above, below), _ in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        if not reaches(above, below):
            needs[below].add(above)
    return {room: frozenset(found) for room, found in needs.items()}


def _rows(
    needs: Mapping[str, frozenset[str]], sizes: Mapping[str, tuple[float, float]]
) -> list[list[str]]:
    """Return rooms in rows by depth; a row that gets too wide is folded."""
    depth = depths(needs)
    # A room that nothing keeps up there moves down, to just above what needs it.
    for room in sorted(depth, key=lambda name: -depth[name]):
        below = [depth[other] for other in needs if room in needs[other]]
        if below and depth[room] > 0:
            depth[room] = max(depth[room], min(below) - 1)
    rows: list[list[str]] = []
    for level in sorted(set(depth.values())):
        row: list[str] = []
        width = 0.0
        for room in sorted(name for name in depth if depth[name] == level):
            if row and width + sizes[room][0] > ROW_WIDTH:
                rows.append(row)
                row, width = [], 0.0
            row.append(room)
            width += sizes[room][0] + ROOM_GAP
        rows.append(row)
    return rows


def _ordered(
    names: list[str], needs: Mapping[str, frozenset[str]], placed: Mapping[str, float]
) -> list[str]:
    """Sort names by the middle of what each needs, among what is placed already."""

    def barycentre(name: str) -> tuple[float, str]:
        above = [placed[one] for one in needs[name] if one in placed]
        return (sum(above) / len(above) if above else 0.0, name)

    return sorted(names, key=barycentre)
