"""The architecture as SVG, for a page or as a picture of its own."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

from preview.architecture.drawn_box import draw_box, rectangle
from preview.architecture.layout import Area, Layout, place
from preview.architecture.markup import element, xml
from preview.architecture.model import Architecture, Box, Frame
from preview.architecture.routes import Point, Route, routes

_HERE = Path(__file__).parent
_ROWS = {"run", "vpc", "data"}


def style() -> str:
    """Return the style sheet of the picture."""
    return _HERE.joinpath("picture.css").read_text("utf-8")


def picture(architecture: Architecture) -> str:
    """Return the picture as an SVG file."""
    root = draw(architecture, has_links=False)
    root.set("xmlns", "http://www.w3.org/2000/svg")
    root.insert(1, element("style", style()))
    return xml(root)


def draw(architecture: Architecture, *, has_links: bool) -> ET.Element:
    """Return the picture as an element; with links, each box leads to `#part-<identifier>`."""
    layout = place(architecture)
    ways = routes(architecture, layout)
    title = f"Architecture of {architecture.environment}"
    hover = "".join(_highlight(box) for box in architecture.boxes)
    return element(
        "svg",
        element("title", title),
        element("style", hover) if has_links else None,
        element("defs", _head("head"), _head("head-on")),
        element("rect", class_="paper", width="100%", height="100%"),
        (_region(name, area, architecture) for name, area in layout.regions.items()),
        (_frame(frame, layout) for frame in architecture.frames),
        (_arrow(way) for way in ways),
        (
            draw_box(box, layout.boxes[box.id], has_links=has_links)
            for box in architecture.boxes
            if box.id in layout.boxes
        ),
        _labels(ways),
        class_="architecture",
        viewBox=f"0 0 {layout.width:.0f} {layout.height:.0f}",
        width=f"{layout.width:.0f}",
        height=f"{layout.height:.0f}",
        role="group" if has_links else "img",
        aria_label=title,
    )


def _highlight(box: Box) -> str:
    """Return the rule that makes a box's arrows stand out while it is pointed at or focused."""
    selected = f".architecture:has(#box-{box.id}:is(:hover,:focus-visible))"
    style = "stroke:var(--accent);stroke-width:2.6;marker-end:url(#head-on)"
    return f"{selected} :is(.of-{box.id},.of-{box.frame}){{{style}}}\n"


def _head(name: str) -> ET.Element:
    return element(
        "marker",
        element("path", d="M0 0L8 4L0 8z"),
        id=name,
        viewBox="0 0 8 8",
        refX="7.5",
        refY="4",
        markerWidth="8",
        markerHeight="8",
        markerUnits="userSpaceOnUse",
        orient="auto-start-reverse",
    )


def _region(name: str, area: Area, architecture: Architecture) -> ET.Element:
    primary = len(architecture.regions) > 1 and name == architecture.regions[0]
    return element(
        "g",
        rectangle(area, 10.0),
        element(
            "text",
            f"{name} · primary" if primary else name,
            x=area.x + 14,
            y=area.y + 24,
        ),
        class_="region",
    )


def _frame(frame: Frame, layout: Layout) -> ET.Element:
    """Return a frame; what a row means stands at the left of its columns."""
    area = layout.frames[frame.id]
    row = frame.id in _ROWS
    if row:
        notes = [
            element("text", text, x=area.x + 14, y=area.y + 46 + number * 16, class_="note")
            for number, text in enumerate(frame.lines)
        ]
    else:
        x, note = area.right - 14, ", ".join(frame.lines)
        notes = [element("text", note, x=x, y=area.y + 20, class_="note", text_anchor="end")]
    head = element("text", frame.title, x=area.x + 14, y=area.y + (28 if row else 20))
    return element("g", rectangle(area, 10.0), head, notes, class_=f"frame frame-{frame.id}")


def _arrow(way: Route) -> ET.Element:
    source, target = way.arrow.source, way.arrow.target
    dashed = " dashed" if way.arrow.is_dashed else ""
    return element(
        "path",
        element("title", f"{source} → {target}: {way.arrow.label}"),
        class_=f"arrow of-{source} of-{target}{dashed}",
        d=_path(way.points),
        marker_end="url(#head)",
    )


def _labels(ways: Sequence[Route]) -> Iterator[ET.Element]:
    """Yield the labels; arrows that share their beginning share it."""
    shown: set[tuple[str, Point]] = set()
    for way in ways:
        key = (way.arrow.label, way.label)
        if key not in shown:
            shown.add(key)
            x, y = way.label
            yield element("text", way.arrow.label, x=x, y=y, class_="label", text_anchor=way.anchor)


def _path(points: Sequence[Point]) -> str:
    """Return a path through points, its right angles rounded."""
    corners = [p for n, p in enumerate(points) if n == 0 or p != points[n - 1]]
    path = f"M{corners[0][0]:.1f} {corners[0][1]:.1f}"
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        path += f"L{start[0]:.1f} {start[1]:.1f}"
        path += f"Q{corner[0]:.1f} {corner[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return f"{path}L{corners[-1][0]:.1f} {corners[-1][1]:.1f}"


def _towards(point: Point, other: Point, radius: float = 8.0) -> Point:
    """Return the point at most `radius` away on the way to another, half the way if it is short."""
    x, y = other[0] - point[0], other[1] - point[1]
    length = max(abs(x), abs(y)) or 1.0
    share = min(radius, length / 2) / length
    return point[0] + x * share, point[1] + y * share
