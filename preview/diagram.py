"""The architecture of a stack as an SVG picture: resources in rooms, and what each needs.

Why drawn here: graphviz and d2 need a binary, grandalf (the one pure Python layout that is still
installed) knows no groups, elk and dagre need npm; make try has Python alone. Two levels of layers
(offline.layout) are enough for a graph whose rooms are given. The file needs no script and no font;
it follows the browser's light or dark scheme, and with the pointer on a node its edges stand out.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from preview.graph import API, Graph, Node, collapse, read, reduce
from preview.layout import Box, Layout, place

MARGIN, HEADER = 36.0, 84.0
# Medium lightness: visible on white and on black.
COLOURS = (
    "#4477aa", "#228833", "#aa3377", "#cc7711", "#2a9d8f", "#7755cc", "#cc3344", "#887711",
    "#3399cc", "#669944", "#bb5588", "#998866",
)  # fmt: skip

_STYLE = """
  svg { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
  .page { fill: #ffffff } .title { font-size: 22px; font-weight: 600; fill: #1f2328 }
  .note { font-size: 12.5px; fill: #59636e } .room { fill-opacity: .07; stroke-opacity: .55 }
  .head { font-size: 13.5px; font-weight: 600 } .node { fill: #ffffff; stroke-width: 1.2 }
  .name { font-size: 11.5px; font-weight: 600; fill: #1f2328 }
  .type { font-size: 9.5px; fill: #59636e }
  .edge { fill: none; stroke-width: 1.3; stroke-opacity: .5 } .api { stroke-dasharray: 2 4 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .node { fill: #161b22 } .title, .name { fill: #e6edf3 }
    .note, .type { fill: #9198a1 } .room { fill-opacity: .13 } .edge { stroke-opacity: .8 }
  }"""


def draw(stack: Path, *, title: str) -> str:
    """Return the SVG of a stack's `cdk.tf.json`.

    Raises:
        OSError, ValueError: the file cannot be read, or is no JSON.
    """
    whole = read(stack)
    shown = reduce(collapse(whole))
    without_apis = {
        address: frozenset(n for n in needs if shown.nodes[n].type != API)
        for address, needs in shown.needs.items()
    }
    layout = place(shown)
    width, height = layout.width + 2 * MARGIN, layout.height + HEADER + MARGIN
    colours = {room: COLOURS[n % len(COLOURS)] for n, room in enumerate(layout.rooms)}
    numbers = {address: n for n, address in enumerate(shown.nodes)}
    note = (
        f"{len(whole.nodes)} resources in {len(layout.rooms)} rooms. A line leads down from what "
        "must exist to what needs it; dotted: the APIs that a room needs. Lines that a longer way "
        "implies are left out."
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}{''.join(_hover(numbers))}\n</style>",
        '<rect class="page" width="100%" height="100%"/>',
        f'<text class="title" x="{MARGIN:.0f}" y="44">{escape(title)}</text>',
        f'<text class="note" x="{MARGIN:.0f}" y="66">{escape(note)}</text>',
        f'<g transform="translate({MARGIN:.0f} {HEADER:.0f})">',
        *(_room(room, box, colours[room]) for room, box in layout.rooms.items()),
        *_api_edges(shown, layout, colours),
        *_edges(Graph(shown.nodes, without_apis), layout, colours, numbers),
        *(
            _node(node, layout.nodes[address], colours[node.room], numbers[address], whole)
            for address, node in shown.nodes.items()
        ),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _hover(numbers: dict[str, int]) -> Iterator[str]:
    for number in numbers.values():
        yield (
            f"\n  svg:has(#n{number}:hover) .e{number} {{ stroke-opacity: 1; stroke-width: 2.6 }}"
        )


def _room(room: str, box: Box, colour: str) -> str:
    return (
        f'<rect class="room" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="10" fill="{colour}" stroke="{colour}"/>\n'
        f'<text class="head" x="{box.x + 14:.1f}" y="{box.y + 20:.1f}" fill="{colour}">'
        f"{escape(_cut(room, int(box.width / 8.5)))}</text>"
    )


def _node(node: Node, box: Box, colour: str, number: int, whole: Graph) -> str:
    needed = sorted({one for member in node.members for one in whole.needs[member]})
    tip = "\n".join([*node.members, *(f"  needs {one}" for one in needed)])
    kind = node.type.removeprefix("google_").replace("_", " ")
    return (
        f'<g id="n{number}"><title>{escape(tip)}</title>'
        f'<rect class="node" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="6" stroke="{colour}"/>'
        f'<text class="name" x="{box.x + 9:.1f}" y="{box.y + 15.5:.1f}">'
        f"{escape(_cut(node.name, 22))}</text>"
        f'<text class="type" x="{box.x + 9:.1f}" y="{box.y + 28.5:.1f}">'
        f"{escape(_cut(kind, 28))}</text></g>"
    )


def _edges(
    graph: Graph, layout: Layout, colours: dict[str, str], numbers: dict[str, int]
) -> Iterator[str]:
    for needed, address in graph.edges():
        colour = colours[graph.nodes[needed].room]
        way = _way(layout.nodes[needed], layout.nodes[address])
        yield (
            f'<path class="edge e{numbers[needed]} e{numbers[address]}" stroke="{colour}" '
            f'd="{way}"/>'
        )


def _api_edges(graph: Graph, layout: Layout, colours: dict[str, str]) -> Iterator[str]:
    """Draw one line from the APIs to each room; one to each node would hide the rest."""
    found = {
        (needed, graph.nodes[address].room)
        for needed, address in graph.edges()
        if graph.nodes[needed].type == API and graph.nodes[address].room != graph.nodes[needed].room
    }
    for needed, room in sorted(found):
        colour = colours[graph.nodes[needed].room]
        way = _way(layout.nodes[needed], layout.rooms[room])
        yield f'<path class="edge api" stroke="{colour}" d="{way}"/>'


def _way(needed: Box, box: Box) -> str:
    """Return a curve from the lower edge of what is needed to the upper edge of what needs it.

    Where rooms need each other both ways, some of it leads up: then between the other two edges.
    """
    down = needed.bottom <= box.y
    y, to_y = (needed.bottom, box.y) if down else (needed.y, box.bottom)
    pull = max(abs(to_y - y) * 0.45, 18.0) * (1 if down else -1)
    x, to_x = needed.middle, box.middle
    bends = f"{x:.1f} {y + pull:.1f} {to_x:.1f} {to_y - pull:.1f}"
    return f"M{x:.1f} {y:.1f}C{bends} {to_x:.1f} {to_y:.1f}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: max(length - 1, 1)] + "…"
