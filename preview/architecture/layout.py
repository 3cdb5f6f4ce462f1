"""Where boxes and frames stand: edge above, one column a region, Google's APIs at the right.

Everything is in pixels from the upper left corner.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from preview.architecture.model import Architecture, Box, FrameId

BOX_WIDTH, BOX_HEIGHT = 206.0, 72.0
PART_WIDTH, PART_HEIGHT = 140.0, 38.0
MARGIN, PAD, GAP, HEAD = 10.0, 16.0, 14.0, 30.0
GUTTER = 158.0
"""Left of the columns: what the frames of a row mean."""
LANE = 56.0
"""Between two rows: room for an arrow, its bend and its label."""
TRUNK = 122.0
"""Between the columns and Google's APIs."""
_LEAST_WIDTH, _LEAST_WIDTH_WITH_GATEWAY = 1000.0, 1110.0
_TOP_OF_PARTS = 40.0


@dataclass(frozen=True)
class Area:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """The x of its middle."""
        return self.x + self.width / 2

    @property
    def centre(self) -> float:
        """The y of its middle."""
        return self.y + self.height / 2


@dataclass
class Layout:
    """Places of boxes, frames and region columns."""

    boxes: dict[str, Area] = field(default_factory=dict)
    frames: dict[FrameId, Area] = field(default_factory=dict)
    regions: dict[str, Area] = field(default_factory=dict)
    width: float = 0
    height: float = 0


def place(architecture: Architecture) -> Layout:
    """Place everything that is drawn; the box `network` is the head of its frame."""
    layout = Layout()
    widths = _column_widths(architecture)
    left = MARGIN + GUTTER + sum(widths.values()) + GAP * (len(widths) - 1) + PAD
    _place_edge(architecture, layout, left)
    _place_columns(architecture, layout, widths)
    _place_apis(architecture, layout, left + TRUNK)
    layout.width = max(area.right for area in layout.frames.values()) + MARGIN
    layout.height = max(area.bottom for area in layout.frames.values()) + MARGIN
    return layout


def part_areas(box: Box, area: Area) -> list[Area]:
    """Return the places of a box's parts, row by row."""
    columns = _columns_of_parts(area.width)
    width = min((area.width - 2 * 12 - (columns - 1) * 8) / columns, 220.0)
    return [
        Area(
            area.x + 12 + (number % columns) * (width + 8),
            area.y + _TOP_OF_PARTS + (number // columns) * (PART_HEIGHT + 8),
            width,
            PART_HEIGHT,
        )
        for number in range(len(box.parts))
    ]


def _columns_of_parts(width: float) -> int:
    return max(1, int((width - 24 + 8) // (PART_WIDTH + 8)))


def _column_widths(architecture: Architecture) -> dict[str, float]:
    """Return the inner width of each region's column."""
    widths = {
        region: max(
            len(list(architecture.inside("data", region))) * (BOX_WIDTH + 24) - 24, BOX_WIDTH
        )
        + 2 * PAD
        for region in architecture.regions
    }
    taken = sum(widths.values()) + GAP * (len(widths) - 1) + MARGIN + GUTTER + PAD
    gateway = any(box.kind == "gateway" for box in architecture.boxes)
    least = _LEAST_WIDTH_WITH_GATEWAY if gateway else _LEAST_WIDTH
    spare = max(least - taken, 0.0) / max(len(widths), 1)
    return {region: width + spare for region, width in widths.items()}


def _place_edge(architecture: Architecture, layout: Layout, right: float) -> None:
    """Place the clients, and the load balancer with what it sends requests to."""
    below = [box for box in architecture.inside("edge") if box.kind in {"static", "gateway"}]
    height = HEAD + BOX_HEIGHT + PAD + ((LANE + BOX_HEIGHT) if below else 0)
    clients = Area(MARGIN, MARGIN, BOX_WIDTH + 2 * PAD, HEAD + BOX_HEIGHT + PAD)
    layout.frames["internet"] = clients
    layout.boxes["clients"] = Area(MARGIN + PAD, MARGIN + HEAD, BOX_WIDTH, BOX_HEIGHT)
    start = clients.right + 84
    layout.frames["edge"] = Area(start, MARGIN, right - start, height)
    y = MARGIN + HEAD
    gateway = any(box.kind == "gateway" for box in below)
    wide = Area(start + PAD, y, 2 * BOX_WIDTH + 40 if gateway else 320, BOX_HEIGHT)
    layout.boxes["balancer"] = wide
    layout.boxes["armor"] = Area(right - PAD - BOX_WIDTH, y, BOX_WIDTH, BOX_HEIGHT)
    for number, box in enumerate(below):
        x = wide.x + number * (BOX_WIDTH + 40)
        layout.boxes[box.id] = Area(x, wide.bottom + LANE, BOX_WIDTH, BOX_HEIGHT)
    for missing in {"balancer", "armor"} - {box.id for box in architecture.boxes}:
        del layout.boxes[missing]


def _place_columns(architecture: Architecture, layout: Layout, widths: Mapping[str, float]) -> None:
    top = layout.frames["edge"].bottom + LANE
    x, columns = MARGIN + GUTTER, {}
    for region, width in widths.items():
        columns[region] = (x, width)
        x += width + GAP
    right = x - GAP + PAD
    most = [
        math.ceil(len(box.parts) / _columns_of_parts(columns[box.region][1] - 2 * PAD))
        for box in architecture.inside("run")
        if box.region
    ]
    heights: dict[FrameId, float] = {
        "run": _TOP_OF_PARTS + max(most, default=0) * (PART_HEIGHT + 8) + 6,
        "vpc": BOX_HEIGHT,
        "data": BOX_HEIGHT,
    }
    y = top + HEAD + 8
    for frame, height in heights.items():
        tail = 40 if frame == "data" and _has_lanes(architecture) else 0
        if any(architecture.inside(frame)):
            layout.frames[frame] = Area(MARGIN, y, right - MARGIN, height + 2 * PAD + tail)
            for region, (start, width) in columns.items():
                _place_row(architecture, layout, frame, region, Area(start, y + PAD, width, height))
            y += height + 2 * PAD + tail + LANE
    for region, (start, width) in columns.items():
        layout.regions[region] = Area(start, top, width, y - LANE - top + GAP)


def _has_lanes(architecture: Architecture) -> bool:
    return any(arrow.is_dashed for arrow in architecture.arrows)


def _place_row(
    architecture: Architecture, layout: Layout, frame: FrameId, region: str, cell: Area
) -> None:
    """Place a region's boxes of one frame side by side, in the middle of the column."""
    boxes = list(architecture.inside(frame, region))
    # Left of the primary region is nothing: its database stands at the right, its copies at the
    # left of their columns, so that they face each other.
    boxes.sort(key=lambda box: {"replica": 0, "redis": 1, "sql": 2}.get(box.kind, 0))
    width = cell.width - 2 * PAD if frame == "run" else BOX_WIDTH
    total = len(boxes) * (width + 24) - 24
    for number, box in enumerate(boxes):
        x = cell.x + (cell.width - total) / 2 + number * (width + 24)
        layout.boxes[box.id] = Area(x, cell.y, width, cell.height)


def _place_apis(architecture: Architecture, layout: Layout, x: float) -> None:
    boxes = list(architecture.inside("apis"))
    bottom = max(area.bottom for area in layout.frames.values())
    room = bottom - MARGIN - HEAD - PAD - len(boxes) * BOX_HEIGHT
    gap = min(max(room / max(len(boxes) - 1, 1), 12.0), 44.0)
    y = MARGIN + HEAD
    for box in boxes:
        layout.boxes[box.id] = Area(x + PAD, y, BOX_WIDTH, BOX_HEIGHT)
        y += BOX_HEIGHT + gap
    height = max(y - gap + PAD, bottom) - MARGIN
    layout.frames["apis"] = Area(x, MARGIN, BOX_WIDTH + 2 * PAD, height)
