"""Tests of the dependency graph of a stack, its layout, and its diagram."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from preview.diagram import draw
from preview.graph import Graph, Node, collapse, depths, read_graph, reduce_edges
from preview.layout import Box, compute_layout

SVG = "{http://www.w3.org/2000/svg}"


def block(path: str, **arguments: Any) -> dict[str, Any]:
    return {"//": {"metadata": {"path": f"dev/{path}", "uniqueId": "x"}}, **arguments}


STACK = {
    "resource": {
        "google_project_service": {
            "run": block("apis/run"),
            "compute": block("apis/compute"),
        },
        "google_compute_network": {
            "main": block("network/main", depends_on=["google_project_service.compute"])
        },
        "google_compute_subnetwork": {
            "private": block(
                "network/private",
                network="${google_compute_network.main.id}",
                depends_on=["google_project_service.compute"],
            )
        },
        "google_service_account": {"api": block("services/api-identity/api")},
        "google_project_iam_member": {
            role: block(
                f"services/api-identity/{role}",
                member="serviceAccount:${google_service_account.api.email}",
            )
            for role in ("reader", "writer")
        },
        "google_cloud_run_v2_service": {
            "api": block(
                "services/api/api",
                template=[{"vpc": {"subnet": "x/${google_compute_subnetwork.private.name}"}}],
                service_account="${google_service_account.api.email}",
                depends_on=[
                    "google_project_service.run",
                    "google_project_iam_member.reader",
                    "google_project_iam_member.writer",
                ],
            )
        },
    },
    "data": {"google_project": {"this": {"project_id": "<p> & q"}}},
}


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    file = tmp_path / "cdk.tf.json"
    file.write_text(json.dumps(STACK))
    return file


def make_graph(**dependencies: str) -> Graph:
    nodes = {name: Node(name, "t", name, "group", "c", (name,)) for name in dependencies}
    return Graph(nodes, {name: frozenset(direct.split()) for name, direct in dependencies.items()})


def test_read_graph_has_edges_of_references_and_depends_on(stack: Path) -> None:
    graph = read_graph(stack)
    assert graph.dependencies["google_compute_subnetwork.private"] == {
        "google_compute_network.main",
        "google_project_service.compute",
    }
    assert graph.dependencies["google_cloud_run_v2_service.api"] == {
        "google_compute_subnetwork.private",
        "google_service_account.api",
        "google_project_service.run",
        "google_project_iam_member.reader",
        "google_project_iam_member.writer",
    }


def test_read_graph_takes_groups_from_construct_paths(stack: Path) -> None:
    groups = {node.address: node.group for node in read_graph(stack).nodes.values()}
    assert groups["google_compute_network.main"] == "network"
    assert groups["google_service_account.api"] == "services"
    assert groups["data.google_project.this"] == "elsewhere"


def test_collapse_merges_apis_and_grants(stack: Path) -> None:
    graph = collapse(read_graph(stack))
    names = {node.name: node.members for node in graph.nodes.values()}
    assert names["2 APIs"] == ("google_project_service.run", "google_project_service.compute")
    assert len(names["2 grants"]) == 2
    assert graph.dependencies["google_cloud_run_v2_service.api"] == {
        "google_compute_subnetwork.private",
        "google_service_account.api",
        "google_project_service.run",
        "google_project_iam_member.reader",
    }


def test_reduce_edges_removes_implied_edges() -> None:
    graph = reduce_edges(make_graph(a="", b="a", c="a b", d="a b c"))
    assert {name: set(direct) for name, direct in graph.dependencies.items()} == {
        "a": set(),
        "b": {"a"},
        "c": {"b"},
        "d": {"c"},
    }


def test_layout_ends_when_graph_has_a_cycle() -> None:
    assert depths({"a": frozenset("b"), "b": frozenset("a"), "c": frozenset("b")})["c"] > 0
    compute_layout(make_graph(a="b", b="a"))


def is_inside(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.bottom <= outer.bottom
    )


def are_apart(first: Box, second: Box) -> bool:
    return (
        first.x + first.width <= second.x
        or second.x + second.width <= first.x
        or first.bottom <= second.y
        or second.bottom <= first.y
    )


def make_wide_graph() -> Graph:
    """Return thirty groups of nine nodes, whose rows and layers have to be folded."""
    nodes = {}
    dependencies = {}
    for group in range(30):
        for number in range(9):
            name = f"g{group}n{number}"
            nodes[name] = Node(name, "t", name, f"group{group}", "c", (name,))
            above = {f"g{group - 3}n{number}"} if group >= 3 else set()
            dependencies[name] = frozenset(above | ({f"g{group}n0"} if number > 4 else set()))
    return Graph(nodes, dependencies)


@pytest.mark.parametrize("which", ["stack", "wide"])
def test_layout_places_nodes_in_their_groups_without_overlap(stack: Path, which: str) -> None:
    graph = reduce_edges(collapse(read_graph(stack))) if which == "stack" else make_wide_graph()
    layout = compute_layout(graph)
    for address, node in graph.nodes.items():
        assert is_inside(layout.nodes[address], layout.groups[node.group])
    for boxes in (layout.nodes.values(), layout.groups.values()):
        assert all(are_apart(*pair) for pair in combinations(boxes, 2))
    whole = Box(0, 0, layout.width, layout.height)
    assert all(is_inside(box, whole) for box in layout.groups.values())


def test_layout_places_dependencies_above_dependents(stack: Path) -> None:
    graph = reduce_edges(collapse(read_graph(stack)))
    layout = compute_layout(graph)
    for dependency, address in graph.edges():
        assert layout.nodes[dependency].bottom < layout.nodes[address].y


def test_layout_orders_mutually_dependent_groups_by_edge_count() -> None:
    nodes = {n: Node(n, "t", n, n[0], "c", (n,)) for n in ("a1", "a2", "b1", "b2", "b3")}
    dependencies = {"a1": "", "b1": "a1", "b2": "a1", "b3": "", "a2": "b3"}
    layout = compute_layout(
        Graph(nodes, {k: frozenset(v.split()) for k, v in dependencies.items()})
    )
    assert layout.groups["a"].bottom < layout.groups["b"].y  # two edges weigh more than one


def test_draw_returns_svg_with_every_group_and_node(stack: Path) -> None:
    text = draw(stack, title="grid <dev>")
    root = ET.fromstring(text)  # noqa: S314 (our own)
    texts = [element.text for element in root.iter(f"{SVG}text")]
    for word in ("grid <dev>", "apis", "network", "services", "2 APIs", "2 grants", "private"):
        assert word in texts
    tips = " ".join(element.text or "" for element in root.iter(f"{SVG}title"))
    for address in read_graph(stack).nodes:
        assert address in tips
    assert "prefers-color-scheme: dark" in text
    assert "<script" not in text


def test_draw_has_reduced_edges_and_one_line_from_apis_to_each_group(stack: Path) -> None:
    text = draw(stack, title="x")
    solid = re.findall(r'class="edge e(\d+) e(\d+)"', text)
    expected = {
        (dependency, address)
        for dependency, address in reduce_edges(collapse(read_graph(stack))).edges()
        if dependency != "google_project_service.run"
    }
    assert len(solid) == len(expected)
    assert text.count('class="edge api"') == 1  # services has its through network


def test_draw_is_deterministic(stack: Path) -> None:
    assert draw(stack, title="x") == draw(stack, title="x")
