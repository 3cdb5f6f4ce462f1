"""Architecture diagram of a stack in SVG: resources in groups, and their dependencies.

No layout library fits: graphviz and d2 need a binary, grandalf has no groups, elk and dagre need
npm, and `make try` has only Python. Two levels of layers (preview.layout) suffice for a graph whose
groups are given. The file needs no script and no font; it follows the browser's light or dark
scheme, and highlights the edges of the node under the pointer.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from preview.graph import API, Graph, Node, collapse, read_graph, reduce_edges
from preview.layout import Box, Layout, compute_layout

MARGIN, HEADER = 36.0, 84.0
# Medium lightness: visible on white and on black.
COLORS = (
    "#4477aa", "#228833", "#aa3377", "#cc7711", "#2a9d8f", "#7755cc", "#cc3344", "#887711",
    "#3399cc", "#669944", "#bb5588", "#998866",
)  # fmt: skip

_STYLE = """
  svg { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
  .page { fill: #ffffff } .title { font-size: 22px; font-weight: 600; fill: #1f2328 }
  .note { font-size: 12.5px; fill: #59636e } .group { fill-opacity: .07; stroke-opacity: .55 }
  .head { font-size: 13.5px; font-weight: 600 } .node { fill: #ffffff; stroke-width: 1.2 }
  .name { font-size: 11.5px; font-weight: 600; fill: #1f2328 }
  .type { font-size: 9.5px; fill: #59636e }
  .edge { fill: none; stroke-width: 1.3; stroke-opacity: .5 } .api { stroke-dasharray: 2 4 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .node { fill: #161b22 } .title, .name { fill: #e6edf3 }
    .note, .type { fill: #9198a1 } .group { fill-opacity: .13 } .edge { stroke-opacity: .8 }
  }"""


def draw(stack: Path, *, title: str) -> str:
    """Return the SVG of a stack's `cdk.tf.json`.

    Raises:
        OSError, ValueError: The file cannot be read, or is not JSON.
    """
    whole = read_graph(stack)
    shown = reduce_edges(collapse(whole))
    without_apis = {
        address: frozenset(other for other in direct if shown.nodes[other].type != API)
        for address, direct in shown.dependencies.items()
    }
    layout = compute_layout(shown)
    width, height = layout.width + 2 * MARGIN, layout.height + HEADER + MARGIN
    colors = {group: COLORS[n % len(COLORS)] for n, group in enumerate(layout.groups)}
    numbers = {address: n for n, address in enumerate(shown.nodes)}
    note = (
        f"{len(whole.nodes)} resources in {len(layout.groups)} rooms. A line leads down from what "
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
        *(_group(group, box, colors[group]) for group, box in layout.groups.items()),
        *_api_edges(shown, layout, colors),
        *_edges(Graph(shown.nodes, without_apis), layout, colors, numbers),
        *(
            _node(node, layout.nodes[address], colors[node.group], numbers[address], whole)
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


def _group(group: str, box: Box, color: str) -> str:
    return (
        f'<rect class="group" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="10" fill="{color}" stroke="{color}"/>\n'
        f'<text class="head" x="{box.x + 14:.1f}" y="{box.y + 20:.1f}" fill="{color}">'
        f"{escape(_truncate(group, int(box.width / 8.5)))}</text>"
    )


def _node(node: Node, box: Box, color: str, number: int, whole: Graph) -> str:
    direct = {other for member in node.members for other in whole.dependencies[member]}
    tip = "\n".join([*node.members, *(f"  needs {address}" for address in sorted(direct))])
    kind = node.type.removeprefix("google_").replace("_", " ")
    return (
        f'<g id="n{number}"><title>{escape(tip)}</title>'
        f'<rect class="node" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="6" stroke="{color}"/>'
        f'<text class="name" x="{box.x + 9:.1f}" y="{box.y + 15.5:.1f}">'
        f"{escape(_truncate(node.name, 22))}</text>"
        f'<text class="type" x="{box.x + 9:.1f}" y="{box.y + 28.5:.1f}">'
        f"{escape(_truncate(kind, 28))}</text></g>"
    )


def _edges(
    graph: Graph, layout: Layout, colors: dict[str, str], numbers: dict[str, int]
) -> Iterator[str]:
    for dependency, address in graph.edges():
        color = colors[graph.nodes[dependency].group]
        curve = _curve(layout.nodes[dependency], layout.nodes[address])
        yield (
            f'<path class="edge e{numbers[dependency]} e{numbers[address]}" stroke="{color}" '
            f'd="{curve}"/>'
        )


def _api_edges(graph: Graph, layout: Layout, colors: dict[str, str]) -> Iterator[str]:
    """Draw one line from the APIs to each group; one to each node would hide the rest."""
    lines = {
        (dependency, graph.nodes[address].group)
        for dependency, address in graph.edges()
        if graph.nodes[dependency].type == API
        and graph.nodes[address].group != graph.nodes[dependency].group
    }
    for dependency, group in sorted(lines):
        color = colors[graph.nodes[dependency].group]
        curve = _curve(layout.nodes[dependency], layout.groups[group])
        yield f'<path class="edge api" stroke="{color}" d="{curve}"/>'


def _curve(dependency: Box, box: Box) -> str:
    """Return a curve from the lower edge of a dependency to the upper edge of its dependent.

    Where groups depend on each other, some curves lead up: between the other two edges.
    """
    down = dependency.bottom <= box.y
    y, to_y = (dependency.bottom, box.y) if down else (dependency.y, box.bottom)
    pull = max(abs(to_y - y) * 0.45, 18.0) * (1 if down else -1)
    x, to_x = dependency.middle, box.middle
    bends = f"{x:.1f} {y + pull:.1f} {to_x:.1f} {to_y - pull:.1f}"
    return f"M{x:.1f} {y:.1f}C{bends} {to_x:.1f} {to_y:.1f}"


def _truncate(text: str, length: int) -> str:
    return text if len(text) <= length else text[: max(length - 1, 1)] + "…"
