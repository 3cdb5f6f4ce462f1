"""What is drawn: boxes in frames, the arrows between them, alerts and objectives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FrameId = Literal["internet", "edge", "run", "vpc", "data", "apis"]


@dataclass(frozen=True)
class Resource:
    """A Terraform resource with the values that a reader looks for, as text."""

    address: str
    type: str
    name: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Part:
    """A Cloud Run service or job inside a box."""

    name: str
    line: str
    is_job: bool = False


@dataclass(frozen=True)
class Box:
    """A part of the platform; `kind` picks its icon and colour, `region` its column."""

    id: str
    kind: str
    frame: FrameId
    title: str
    lines: tuple[str, ...] = ()
    region: str | None = None
    parts: tuple[Part, ...] = ()
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True)
class Frame:
    """A trust boundary."""

    id: FrameId
    title: str
    lines: tuple[str, ...]
    """What the boundary means, short."""


@dataclass(frozen=True)
class Arrow:
    """A connection, from the box that opens it to the box that accepts it.

    The source `run` is the frame: every Cloud Run service, in each region.
    """

    source: str
    target: str
    label: str
    is_dashed: bool = False
    """Data that Google moves between its own services: replication and exports."""


@dataclass(frozen=True)
class Alert:
    """An alert policy."""

    name: str
    severity: str
    conditions: tuple[str, ...]
    runbook: str | None
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Objective:
    """A service level objective; `goal` is a percentage, `days` the rolling period."""

    service: str
    name: str
    goal: str
    days: str


@dataclass(frozen=True)
class Architecture:
    """One environment."""

    environment: str
    project: str
    regions: tuple[str, ...]
    """The primary region first."""
    facts: tuple[tuple[str, str], ...]
    frames: tuple[Frame, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    alerts: tuple[Alert, ...]
    objectives: tuple[Objective, ...]

    def box(self, identifier: str) -> Box:
        """Return a box by its identifier.

        Raises:
            KeyError: there is none.
        """
        for box in self.boxes:
            if box.id == identifier:
                return box
        raise KeyError(identifier)

    def inside(self, frame: FrameId, region: str | None = None) -> Iterator[Box]:
        """Yield the boxes of a frame, and of one of its regions if that is given."""
        for box in self.boxes:
            if box.frame == frame and (region is None or box.region == region):
                yield box
