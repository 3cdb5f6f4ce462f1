"""One box of the picture: icon, title, two lines, and the services in it."""

from __future__ import annotations

import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from preview.architecture.layout import Area, part_areas
from preview.architecture.markup import element
from preview.architecture.model import Box, Part

_ICONS: dict[str, str] = tomllib.loads(Path(__file__).with_name("icons.toml").read_text("utf-8"))
_TITLE, _LINE, _PART_NAME, _PART_LINE = 8.2, 6.6, 7.2, 6.0
"""Mean widths of a character, in pixels, in the widest of the fonts."""
_LEAST_FOR_COUNTS = 280.0


def draw_box(box: Box, area: Area, *, has_links: bool) -> ET.Element:
    """Return a box; with links, it leads to `#part-<identifier>`."""
    return element(
        "a" if has_links else "g",
        element("title", ": ".join(filter(None, (box.title, ", ".join(box.lines))))),
        rectangle(area, 8.0, "body"),
        element("path", d=_side(area), class_="side"),
        draw_icon(box.kind, area.x + 14, area.y + 9),
        _text("name", area.x + 42, area.y + 24, box.title, area.width - 48, _TITLE),
        _lines(box, area),
        (
            child
            for part, place in zip(box.parts, part_areas(box, area), strict=True)
            for child in _part(part, place)
        ),
        id=f"box-{box.id}",
        class_=f"box kind-{box.kind}",
        href=f"#part-{box.id}" if has_links else None,
    )


def draw_icon(kind: str, x: float = 0, y: float = 0) -> ET.Element:
    """Return the icon of a kind of box, 20 pixels wide."""
    where = f"translate({x:.1f} {y:.1f})" if x or y else None
    return element("path", d=_ICONS[kind], transform=where, class_="icon")


def rectangle(area: Area, radius: float, class_: str | None = None) -> ET.Element:
    """Return a rectangle with round corners."""
    return element(
        "rect",
        x=area.x,
        y=area.y,
        width=area.width,
        height=area.height,
        rx=radius,
        class_=class_,
    )


def _lines(box: Box, area: Area) -> Iterator[ET.Element]:
    """Yield two lines below the title; at the right of it, one, where services need the room."""
    if box.parts:
        if area.width >= _LEAST_FOR_COUNTS:
            x, y = area.right - 14, area.y + 24
            yield element("text", *box.lines[:1], x=x, y=y, class_="line", text_anchor="end")
        return
    for number, line in enumerate(box.lines[:2]):
        y = area.y + 44 + number * 17
        yield _text("line", area.x + 16, y, line, area.width - 24, _LINE)


def _part(part: Part, area: Area) -> Iterator[ET.Element]:
    yield rectangle(area, 5.0, "part job" if part.is_job else "part")
    x, room = area.x + 9, area.width - 16
    yield _text("part-name", x, area.y + 16, part.name, room, _PART_NAME)
    yield _text("part-line", x, area.y + 30, part.line, room, _PART_LINE)


def _text(class_: str, x: float, y: float, text: str, room: float, character: float) -> ET.Element:
    """Return a string that ends with an ellipsis where the room does."""
    length = int(room / character)
    shown = text if len(text) <= length else f"{text[: max(length - 1, 1)].rstrip(' ,.')}…"
    return element("text", shown, x=x, y=y, class_=class_)


def _side(area: Area) -> str:
    """Return the path of a box's coloured left side."""
    x, y, bottom = area.x, area.y, area.bottom
    down = f"h-3a5 5 0 0 0-5 5V{bottom - 5:.1f}a5 5 0 0 0 5 5h3q-4-2-4-8"
    return f"M{x + 8:.1f} {y:.1f}{down}V{y + 8:.1f}q0-6 4-8z"
