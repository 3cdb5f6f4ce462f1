"""The dependency graph of a synthesized stack, read from its `cdk.tf.json` alone.

An edge is a reference in an expression or an entry of `depends_on`, which is what Terraform's own
graph has. The room of a resource is the second part of its construct path ("dev/network/main" is in
the room network), which CDKTF writes to the `//` metadata of every resource.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ELSEWHERE = "elsewhere"
API = "google_project_service"

# Needed in great numbers for one thing: shown as one node for each construct.
_SMALL = re.compile(r"_iam_(?:member|binding|policy|audit_config)$")
_REFERENCE = re.compile(r"(?<![\w.])((?:data\.)?[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*)")


@dataclass(frozen=True)
class Node:
    """A resource, or several that are shown as one (`members` are their addresses)."""

    address: str
    type: str
    name: str
    room: str
    construct: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """Nodes by address, and what each of them needs to exist before it."""

    nodes: Mapping[str, Node]
    needs: Mapping[str, frozenset[str]]

    def edges(self) -> Iterator[tuple[str, str]]:
        """Yield (what is needed, what needs it), in a fixed order."""
        for address in sorted(self.nodes):
            for needed in sorted(self.needs[address]):
                yield needed, address


def read(file: Path) -> Graph:
    """Read the graph of a stack.

    Raises:
        OSError, ValueError: the file cannot be read, or is no JSON.
    """
    stack = json.loads(file.read_text("utf-8"))
    nodes: dict[str, Node] = {}
    texts: dict[str, list[str]] = {}
    for kind, prefix in (("resource", ""), ("data", "data.")):
        for type_, named in (stack.get(kind) or {}).items():
            for name, block in named.items():
                address = f"{prefix}{type_}.{name}"
                path = str(block.get("//", {}).get("metadata", {}).get("path", ""))
                parts = path.split("/")
                room = parts[1] if len(parts) > 2 else ELSEWHERE
                nodes[address] = Node(address, type_, name, room, "/".join(parts[:-1]), (address,))
                texts[address] = list(_texts({k: v for k, v in block.items() if k != "//"}))
    needs = {
        address: frozenset(
            found
            for text in texts[address]
            for found in _REFERENCE.findall(text)
            if found in nodes and found != address
        )
        for address in nodes
    }
    return Graph(nodes, needs)


def collapse(graph: Graph) -> Graph:
    """Show all APIs as one node, and the grants of one type in one construct as one."""
    groups: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in graph.nodes.values():
        if node.type == API:
            groups[node.room, API].append(node)
        elif _SMALL.search(node.type):
            groups[node.construct, node.type].append(node)
    shown = {address: address for address in graph.nodes}
    nodes = dict(graph.nodes)
    for members in groups.values():
        if len(members) < 2:
            continue
        first = members[0]
        for member in members:
            shown[member.address] = first.address
            del nodes[member.address]
        what = "APIs" if first.type == API else "grants"
        addresses = tuple(member.address for member in members)
        name = f"{len(members)} {what}"
        nodes[first.address] = Node(
            first.address, first.type, name, first.room, first.construct, addresses
        )
    needs: dict[str, set[str]] = {address: set() for address in nodes}
    for needed, address in graph.edges():
        if shown[needed] != shown[address]:
            needs[shown[address]].add(shown[needed])
    return Graph(nodes, {address: frozenset(found) for address, found in needs.items()})


def reduce(graph: Graph) -> Graph:
    """Leave out every edge that a longer way implies (the transitive reduction)."""
    above: dict[str, frozenset[str]] = {}

    def everything(address: str, trail: frozenset[str]) -> frozenset[str]:
        if address not in above:
            found = set(graph.needs[address])
            for needed in graph.needs[address] - trail:
                found |= everything(needed, trail | {needed})
            above[address] = frozenset(found)
        return above[address]

    for address in sorted(graph.nodes):
        everything(address, frozenset({address}))
    return Graph(
        graph.nodes,
        {
            address: frozenset(
                one
                for one in direct
                if not any(one in above[other] for other in direct if other != one)
            )
            for address, direct in graph.needs.items()
        },
    )


def depths(needs: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Return for each key the length of the longest way to it; a cycle is cut where it is met."""
    found: dict[str, int] = {}

    def depth(key: str, trail: frozenset[str]) -> int:
        if key not in found:
            below = (one for one in needs[key] if one in needs and one not in trail)
            found[key] = max((depth(one, trail | {one}) + 1 for one in sorted(below)), default=0)
        return found[key]

    for key in sorted(needs):
        depth(key, frozenset({key}))
    return found


def _texts(value: Any) -> Iterator[str]:
    """Yield every string inside a value; references may hide in any of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
