"""The ways of arrows between boxes: straight lines and right angles, in lanes between rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from preview.architecture.layout import LANE, Layout
from preview.architecture.model import Architecture, Arrow

Point = tuple[float, float]


@dataclass(frozen=True)
class Route:
    """The corners of an arrow from source to target, and where its label begins."""

    arrow: Arrow
    points: Sequence[Point]
    label: Point
    anchor: str = "start"


def routes(architecture: Architecture, layout: Layout) -> list[Route]:
    """Return the way of each arrow."""
    kinds = {box.id: box.kind for box in architecture.boxes} | {"run": "frame"}
    ways = {
        ("clients", "balancer"): _across,
        ("balancer", "armor"): _across,
        ("balancer", "static"): _down,
        ("balancer", "gateway"): _down,
        ("gateway", "balancer"): _up,
        ("armor", "run"): _bus,
        ("balancer", "run"): _bus,
        ("run", "egress"): _down,
        ("egress", "redis"): _to_cache,
        ("egress", "sql"): _to_database,
        ("sql", "replica"): _replication,
        ("sql", "backups"): _export,
    }
    return [
        ways.get((kinds[arrow.source], kinds[arrow.target]), _trunk)(arrow, layout)
        for arrow in architecture.arrows
    ]


def _across(arrow: Arrow, layout: Layout) -> Route:
    source, target = layout.boxes[arrow.source], layout.boxes[arrow.target]
    y = source.centre
    middle = (source.right + target.x) / 2
    return Route(arrow, [(source.right, y), (target.x, y)], (middle, y - 7), "middle")


def _down(arrow: Arrow, layout: Layout) -> Route:
    source, target = layout.boxes[arrow.source], layout.boxes[arrow.target]
    x = target.middle - (22 if arrow.target == "gateway" else 0)
    label = (x - 7, (source.bottom + target.y) / 2 + 4)
    if arrow.target == "gateway":
        return Route(arrow, [(x, source.bottom), (x, target.y)], label, "end")
    return Route(arrow, [(x, source.bottom), (x, target.y)], (x + 7, label[1]))


def _up(arrow: Arrow, layout: Layout) -> Route:
    source, target = layout.boxes[arrow.source], layout.boxes[arrow.target]
    x = source.middle + 22
    return Route(
        arrow, [(x, source.y), (x, target.bottom)], (x + 7, (source.y + target.bottom) / 2 + 4)
    )


def _bus(arrow: Arrow, layout: Layout) -> Route:
    """Go down from the edge, along above the columns, and down into one."""
    source, target = layout.boxes[arrow.source], layout.boxes[arrow.target]
    lane = layout.frames["edge"].bottom + LANE / 2
    x, to_x = source.middle, target.middle
    points = [(x, source.bottom), (x, lane), (to_x, lane), (to_x, target.y)]
    return Route(arrow, points, (x + 7, layout.frames["edge"].bottom - 10))


def _to_cache(arrow: Arrow, layout: Layout) -> Route:
    return _into_data(arrow, layout, left=_is_left(arrow.target, arrow.source, layout))


def _to_database(arrow: Arrow, layout: Layout) -> Route:
    return _into_data(arrow, layout, left=_is_left("sql", arrow.source, layout))


def _is_left(one: str, other: str, layout: Layout) -> bool:
    return layout.boxes[one].middle < layout.boxes[other].middle


def _into_data(arrow: Arrow, layout: Layout, *, left: bool) -> Route:
    """Leave from the side that faces the target, bend in the lane, and enter from above."""
    source, target = layout.boxes[arrow.source], layout.boxes[arrow.target]
    x = source.middle + (-24 if left else 24)
    lane = layout.frames["data"].y - LANE / 2 - 6
    to_x = x if target.x + 20 < x < target.right - 20 else target.middle
    points = [(x, source.bottom), (x, lane), (to_x, lane), (to_x, target.y)]
    return Route(arrow, points, (to_x + 7, target.y - 22))


def _replication(arrow: Arrow, layout: Layout) -> Route:
    """Go along below the boxes, and up into the replica."""
    source, target = layout.boxes[arrow.source], layout.boxes[arrow.target]
    lane = source.bottom + 16
    x, to_x = source.middle + 40, target.middle
    points = [(x, source.bottom), (x, lane), (to_x, lane), (to_x, target.bottom)]
    return Route(arrow, points, ((source.right + target.x) / 2, lane - 5), "middle")


def _export(arrow: Arrow, layout: Layout) -> Route:
    source, target = layout.boxes[arrow.source], layout.boxes[arrow.target]
    lane, x = source.bottom + 40, source.middle - 40
    bend = layout.frames["run"].right + 26
    points = [
        (x, source.bottom),
        (x, lane),
        (bend, lane),
        (bend, target.centre),
        (target.x, target.centre),
    ]
    return Route(arrow, points, ((bend + target.x) / 2, target.centre - 7), "middle")


def _trunk(arrow: Arrow, layout: Layout) -> Route:
    """Leave Cloud Run's frame at the right, go along the trunk, and into an API."""
    target, frame = layout.boxes[arrow.target], layout.frames["run"]
    bend = frame.right + 26
    points = [
        (frame.right, frame.y + frame.height / 2),
        (bend, frame.y + frame.height / 2),
        (bend, target.centre),
        (target.x, target.centre),
    ]
    return Route(arrow, points, ((bend + target.x) / 2, target.centre - 7), "middle")
