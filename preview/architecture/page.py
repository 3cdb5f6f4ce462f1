"""The architecture page: one HTML file with everything in it, readable without a network."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

from contract.costs import Cost
from preview.architecture import svg
from preview.architecture.details import details
from preview.architecture.markup import element, html
from preview.architecture.model import Architecture
from preview.architecture.tables import alert_tables, changes_tables, cost_table
from preview.changes import Changes

_HERE = Path(__file__).parent
_LEGEND = (
    "A solid arrow points from the part that opens a connection to the part that accepts it. "
    "A dotted arrow is data that Google moves between its services. Dashed frames are trust "
    "boundaries, shaded columns are regions. Select a part for its resources."
)


def page(
    architecture: Architecture, *, plan: Changes | None = None, costs: Sequence[Cost] = ()
) -> str:
    """Return the page; the sections of a plan and of costs only if there are any."""
    title = f"{architecture.environment}: architecture of {architecture.project}"
    sections = list(_sections(architecture, plan, costs))
    root = element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", title),
            element("link", rel="icon", href="data:,"),
            element("style", _read("page.css"), svg.style()),
        ),
        element(
            "body",
            element("a", "Skip to the picture", class_="skip", href="#picture"),
            _header(architecture, sections),
            element("main", (section for _, section in sections)),
            element(
                "footer",
                "Drawn from the synthesized Terraform JSON by "
                f"make docs ENV={architecture.environment}.",
            ),
            element("script", _read("page.js")),
        ),
        lang="en",
    )
    return html(root)


def _read(name: str) -> str:
    return _HERE.joinpath(name).read_text("utf-8")


def _header(architecture: Architecture, sections: list[tuple[str, ET.Element]]) -> ET.Element:
    facts = [
        element("div", element("dt", label), element("dd", value))
        for label, value in architecture.facts
    ]
    links = [
        element("li", element("a", title, href=f"#{section.get('id')}"))
        for title, section in sections
    ]
    return element(
        "header",
        element("p", "Architecture", class_="eyebrow"),
        element("h1", architecture.environment),
        element("dl", facts, class_="facts"),
        element("nav", element("ul", links), aria_label="Sections"),
    )


def _sections(
    architecture: Architecture, plan: Changes | None, costs: Sequence[Cost]
) -> Iterator[tuple[str, ET.Element]]:
    figure = element(
        "figure",
        element(
            "div",
            svg.draw(architecture, has_links=True),
            class_="scroll",
            tabindex="0",
            role="region",
            aria_label="Picture of the architecture",
        ),
        element("figcaption", _LEGEND),
    )
    yield _section("picture", "Picture", figure)
    yield _section("parts", "Parts", *details(architecture))
    if plan is not None:
        yield _section("changes", "Changes", *changes_tables(plan))
    if costs:
        yield _section("costs", "Costs", *cost_table(costs))
    yield _section("alerts", "Alerts", *alert_tables(architecture))


def _section(identifier: str, title: str, *content: ET.Element) -> tuple[str, ET.Element]:
    heading = element("h2", title, id=f"{identifier}-title")
    return title, element(
        "section", heading, content, id=identifier, aria_labelledby=f"{identifier}-title"
    )
