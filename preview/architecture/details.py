"""The parts in detail: the resources of each box with their important values."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator, Sequence

from preview.architecture.drawn_box import draw_icon
from preview.architecture.markup import element
from preview.architecture.model import Architecture, Box, Resource


def details(architecture: Architecture) -> Iterator[ET.Element]:
    """Yield the parts of each frame, closed until they are opened."""
    for frame in architecture.frames:
        yield element("h3", frame.title)
        for box in architecture.inside(frame.id):
            yield _box(box, architecture)


def _box(box: Box, architecture: Architecture) -> ET.Element:
    icon = element("svg", draw_icon(box.kind), viewBox="0 0 20 20", width="20", height="20")
    icon.set("aria-hidden", "true")
    count = len(box.resources)
    summary = element(
        "summary",
        element("span", icon, class_=f"box architecture kind-{box.kind}"),
        element("span", _title(box), class_="title"),
        element("span", ", ".join(box.lines), class_="lines"),
        element("span", f"{count} resource{'' if count == 1 else 's'}", class_="count")
        if count
        else None,
    )
    return element(
        "details",
        summary,
        element("ul", _connections(box, architecture), class_="connections"),
        _resources(box.resources),
        id=f"part-{box.id}",
    )


def _connections(box: Box, architecture: Architecture) -> Iterator[ET.Element]:
    for arrow in architecture.arrows:
        outward = arrow.source in {box.id, box.frame}
        if outward or arrow.target == box.id:
            other = arrow.target if outward else arrow.source
            way = "to " if outward else "from "
            yield element("li", way, _link(other, architecture), f": {arrow.label}")


def _link(identifier: str, architecture: Architecture) -> ET.Element | str:
    """Return a link to a box, or the name of the frame that stands for its boxes."""
    for frame in architecture.frames:
        if frame.id == identifier:
            return frame.title
    return element("a", _title(architecture.box(identifier)), href=f"#part-{identifier}")


def _title(box: Box) -> str:
    return f"{box.title} · {box.region}" if box.region else box.title


def _resources(resources: Sequence[Resource]) -> Iterator[ET.Element]:
    by_type: dict[str, list[Resource]] = defaultdict(list)
    for resource in resources:
        by_type[resource.type].append(resource)
    for type_, listed in by_type.items():
        number = f" × {len(listed)}" if len(listed) > 1 else ""
        heading = element("h4", element("code", type_), number)
        if any(resource.values for resource in listed):
            yield heading
            yield element("ul", (_resource(resource) for resource in listed), class_="resources")
        else:
            names = ", ".join(resource.address.partition(".")[2] for resource in listed)
            yield element("div", heading, element("p", names), class_="names")


def _resource(resource: Resource) -> ET.Element:
    values = [
        element("div", element("dt", label), element("dd", value))
        for label, value in resource.values
    ]
    return element(
        "li",
        element("p", element("strong", resource.name), " ", element("code", resource.address)),
        element("dl", values),
    )
