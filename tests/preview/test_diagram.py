"""The dependency graph of a stack, its layout and its picture."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from preview.diagram import draw
from preview.graph import Graph, Node, collapse, depths, read, reduce
from preview.layout import Box, place

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


def graph(**needs: str) -> Graph:
    nodes = {name: Node(name, "t", name, "room", "c", (name,)) for name in needs}
    return Graph(nodes, {name: frozenset(held.split()) for name, held in needs.items()})


def test_edges_are_references_and_depends_on(stack: Path) -> None:
    found = read(stack)
    assert found.needs["google_compute_subnetwork.private"] == {
        "google_compute_network.main",
        "google_project_service.compute",
    }
    assert found.needs["google_cloud_run_v2_service.api"] == {
        "google_compute_subnetwork.private",
        "google_service_account.api",
        "google_project_service.run",
        "google_project_iam_member.reader",
        "google_project_iam_member.writer",
    }


def test_rooms_come_from_the_construct_path(stack: Path) -> None:
    rooms = {node.address: node.room for node in read(stack).nodes.values()}
    assert rooms["google_compute_network.main"] == "network"
    assert rooms["google_service_account.api"] == "services"
    assert rooms["data.google_project.this"] == "elsewhere"


def test_apis_and_grants_collapse(stack: Path) -> None:
    found = collapse(read(stack))
    names = {node.name: node.members for node in found.nodes.values()}
    assert names["2 APIs"] == ("google_project_service.run", "google_project_service.compute")
    assert len(names["2 grants"]) == 2
    assert found.needs["google_cloud_run_v2_service.api"] == {
        "google_compute_subnetwork.private",
        "google_service_account.api",
        "google_project_service.run",
        "google_project_iam_member.reader",
    }


def test_what_a_longer_way_implies_is_left_out() -> None:
    found = reduce(graph(a="", b="a", c="a b", d="a b c"))
    assert {name: set(needs) for name, needs in found.needs.items()} == {
        "a": set(),
        "b": {"a"},
        "c": {"b"},
        "d": {"c"},
    }


def test_a_circle_does_not_hang() -> None:
    assert depths({"a": frozenset("b"), "b": frozenset("a"), "c": frozenset("b")})["c"] > 0
    place(graph(a="b", b="a"))


def inside(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.bottom <= outer.bottom
    )


def apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.bottom <= other.y
        or other.bottom <= one.y
    )


def wide() -> Graph:
    """Thirty rooms of nine nodes: rows and layers have to be folded."""
    nodes = {}
    needs = {}
    for room in range(30):
        for number in range(9):
            name = f"r{room}n{number}"
            nodes[name] = Node(name, "t", name, f"room{room}", "c", (name,))
            above = {f"r{room - 3}n{number}"} if room >= 3 else set()
            needs[name] = frozenset(above | ({f"r{room}n0"} if number > 4 else set()))
    return Graph(nodes, needs)


@pytest.mark.parametrize("which", ["stack", "wide"])
def test_nodes_are_in_their_rooms_and_nothing_overlaps(stack: Path, which: str) -> None:
    found = reduce(collapse(read(stack))) if which == "stack" else wide()
    layout = place(found)
    for address, node in found.nodes.items():
        assert inside(layout.nodes[address], layout.rooms[node.room])
    for boxes in (layout.nodes.values(), layout.rooms.values()):
        assert all(apart(one, other) for one, other in combinations(boxes, 2))
    whole = Box(0, 0, layout.width, layout.height)
    assert all(inside(box, whole) for box in layout.rooms.values())


def test_what_is_needed_stands_above(stack: Path) -> None:
    found = reduce(collapse(read(stack)))
    layout = place(found)
    for needed, address in found.edges():
        assert layout.nodes[needed].bottom < layout.nodes[address].y


def test_rooms_that_need_each_other_both_ways_get_a_place() -> None:
    nodes = {n: Node(n, "t", n, n[0], "c", (n,)) for n in ("a1", "a2", "b1", "b2", "b3")}
    needs = {"a1": "", "b1": "a1", "b2": "a1", "b3": "", "a2": "b3"}
    layout = place(Graph(nodes, {k: frozenset(v.split()) for k, v in needs.items()}))
    assert layout.rooms["a"].bottom < layout.rooms["b"].y  # two edges weigh more than one


def test_the_picture_is_svg_with_every_room_and_node(stack: Path) -> None:
    text = draw(stack, title="grid <dev>")
    root = ET.fromstring(text)  # noqa: S314 (our own)
    said = [element.text for element in root.iter(f"{SVG}text")]
    for word in ("grid <dev>", "apis", "network", "services", "2 APIs", "2 grants", "private"):
        assert word in said
    tips = " ".join(element.text or "" for element in root.iter(f"{SVG}title"))
    for address in read(stack).nodes:
        assert address in tips
    assert "prefers-color-scheme: dark" in text
    assert "<script" not in text


def test_the_picture_draws_the_reduced_edges_and_one_line_from_the_apis(stack: Path) -> None:
    text = draw(stack, title="x")
    solid = re.findall(r'class="edge e(\d+) e(\d+)"', text)
    expected = {
        (needed, address)
        for needed, address in reduce(collapse(read(stack))).edges()
        if needed != "google_project_service.run"
    }
    assert len(solid) == len(expected)
    assert text.count('class="edge api"') == 1  # services has its through network


def test_the_same_stack_gives_the_same_picture(stack: Path) -> None:
    assert draw(stack, title="x") == draw(stack, title="x")
