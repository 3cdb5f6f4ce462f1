"""The architecture as a Mermaid diagram, and as a marked block of a document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from preview.architecture.model import Architecture, Box

BEGIN = "<!-- begin: architecture, written by make docs -->"
END = "<!-- end: architecture -->"


class NoBlockError(Exception):
    """A document has no block for the diagram."""


def diagram(architecture: Architecture) -> str:
    """Return the source of a Mermaid flowchart."""
    return "\n".join(("flowchart TB", *_frames(architecture), *_arrows(architecture))) + "\n"


def replace_block(document: Path, architecture: Architecture) -> None:
    """Write the diagram between the marks of a document.

    Raises:
        OSError: The document cannot be read or written.
        NoBlockError: It has no marks.
    """
    text = document.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NoBlockError(f"{document} has no lines {BEGIN} and {END}")
    block = f"{begin}\n```mermaid\n{diagram(architecture)}```\n{end}"
    document.write_text(f"{before}{block}{after}", "utf-8")


def _frames(architecture: Architecture) -> Iterator[str]:
    for frame in architecture.frames:
        boxes = [box for box in architecture.inside(frame.id) if box.kind != "network"]
        if boxes:
            yield f'    subgraph {frame.id}["{_text(frame.title)}"]'
            for box in boxes:
                yield f"        {_name(box.id)}{_shape(box)}"
            yield "    end"


def _arrows(architecture: Architecture) -> Iterator[str]:
    for arrow in architecture.arrows:
        line = "-.->" if arrow.is_dashed else "-->"
        yield f'    {_name(arrow.source)} {line}|"{_text(arrow.label)}"| {_name(arrow.target)}'


def _shape(box: Box) -> str:
    title = f"{box.title}, {box.region}" if box.region else box.title
    names = ", ".join(part.name for part in box.parts)
    label = "<br>".join(_text(text) for text in (title, names) if text)
    return f'[("{label}")]' if box.frame == "data" else f'["{label}"]'


def _name(identifier: str) -> str:
    return identifier.replace("-", "_")


def _text(text: str) -> str:
    """Return a string that Mermaid shows as it is: it takes entities of HTML with a #."""
    for character, entity in (("#", "35"), ('"', "quot"), ("<", "lt"), (">", "gt")):
        text = text.replace(character, f"#{entity};")
    return text
