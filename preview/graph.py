"""The dependency graph of a synthesized stack, read from its `cdk.tf.json` alone.

An edge is a reference in an expression or an entry of `depends_on`, which is what Terraform's own
graph has. The group of a resource is the second part of its construct path ("dev/network/main" is
in the group network), which CDKTF writes to the `//` metadata of every resource.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNGROUPED = "elsewhere"
API = "google_project_service"

# Types of which a construct has many: shown as one node for each construct.
_GRANT = re.compile(r"_iam_(?:member|binding|policy|audit_config)$")
_REFERENCE = re.compile(r"(?<![\w.])((?:data\.)?[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*)")


@dataclass(frozen=True)
class Node:
    """Resource, or several that are shown as one (`members` are their addresses)."""

    address: str
    type: str
    name: str
    group: str
    construct: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """Nodes by address, and the addresses that each of them depends on."""

    nodes: Mapping[str, Node]
    dependencies: Mapping[str, frozenset[str]]

    def edges(self) -> Iterator[tuple[str, str]]:
        """Yield (dependency, dependent), in a fixed order."""
        for address in sorted(self.nodes):
            for dependency in sorted(self.dependencies[address]):
                yield dependency, address


def read_graph(file: Path) -> Graph:
    """Read the graph of a stack.

    Raises:
        OSError, ValueError: The file cannot be read, or is not JSON.
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
                group = parts[1] if len(parts) > 2 else UNGROUPED
                nodes[address] = Node(address, type_, name, group, "/".join(parts[:-1]), (address,))
                texts[address] = list(_texts({k: v for k, v in block.items() if k != "//"}))
    dependencies = {
        address: frozenset(
            reference
            for text in texts[address]
            for reference in _REFERENCE.findall(text)
            if reference in nodes and reference != address
        )
        for address in nodes
    }
    return Graph(nodes, dependencies)


def collapse(graph: Graph) -> Graph:
    """Merge all APIs into one node, and the grants of one type in one construct into one."""
    groups: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in graph.nodes.values():
        if node.type == API:
            groups[node.group, API].append(node)
        elif _GRANT.search(node.type):
            groups[node.construct, node.type].append(node)
    merged = {address: address for address in graph.nodes}
    nodes = dict(graph.nodes)
    for members in groups.values():
        if len(members) < 2:
            continue
        first = members[0]
        for member in members:
            merged[member.address] = first.address
            del nodes[member.address]
        plural = "APIs" if first.type == API else "grants"
        addresses = tuple(member.address for member in members)
        name = f"{len(members)} {plural}"
        nodes[first.address] = Node(
            first.address, first.type, name, first.group, first.construct, addresses
        )
    dependencies: dict[str, set[str]] = {address: set() for address in nodes}
    for dependency, address in graph.edges():
        if merged[dependency] != merged[address]:
            dependencies[merged[address]].add(merged[dependency])
    return Graph(nodes, {address: frozenset(direct) for address, direct in dependencies.items()})


def reduce_edges(graph: Graph) -> Graph:
    """Remove every edge that a longer path implies (the transitive reduction)."""
    ancestors: dict[str, frozenset[str]] = {}

    def collect(address: str, trail: frozenset[str]) -> frozenset[str]:
        if address not in ancestors:
            collected = set(graph.dependencies[address])
            for dependency in graph.dependencies[address] - trail:
                collected |= collect(dependency, trail | {dependency})
            ancestors[address] = frozenset(collected)
        return ancestors[address]

    for address in sorted(graph.nodes):
        collect(address, frozenset({address}))
    return Graph(
        graph.nodes,
        {
            address: frozenset(
                dependency
                for dependency in direct
                if not any(
                    dependency in ancestors[other] for other in direct if other != dependency
                )
            )
            for address, direct in graph.dependencies.items()
        },
    )


def depths(dependencies: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Return for each key the length of the longest path to it; a cycle is cut where it is met."""
    by_key: dict[str, int] = {}

    def depth(key: str, trail: frozenset[str]) -> int:
        if key not in by_key:
            next_keys = sorted((dependencies[key] & dependencies.keys()) - trail)
            by_key[key] = max((depth(other, trail | {other}) + 1 for other in next_keys), default=0)
        return by_key[key]

    for key in sorted(dependencies):
        depth(key, frozenset({key}))
    return by_key


def _texts(value: Any) -> Iterator[str]:
    """Yield every string inside a value; references may hide in any of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
