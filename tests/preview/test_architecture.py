"""Tests of the architecture: the model, its layout, and the Mermaid diagram."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from preview.architecture.layout import Area, Layout, part_areas, place
from preview.architecture.mermaid import NoBlockError, diagram, replace_block
from preview.architecture.model import Architecture
from preview.architecture.reader import read
from preview.architecture.routes import Route, routes
from preview.architecture.svg import picture
from tests.preview.environments import SHAPES, architecture, template
from tests.template import ROOT

every_shape = pytest.mark.parametrize("shape", SHAPES)


@every_shape
def test_each_resource_is_in_one_box(shape: str) -> None:
    boxes = architecture(shape).boxes
    counts = Counter(resource.address for box in boxes for resource in box.resources)
    assert set(counts) == set(template(shape).resources)
    assert set(counts.values()) == {1}


def test_model_leaves_out_parts_that_are_not_configured() -> None:
    kinds = {box.kind for box in architecture("prod").boxes}
    assert {"gateway", "vector", "replica"} <= kinds
    assert not {"gateway", "vector"} & {box.kind for box in architecture("no-gateway").boxes}
    assert "vector" not in {box.kind for box in architecture("small").boxes}


def test_arrows_follow_traffic_from_client_to_data() -> None:
    arrows = {(a.source, a.target): a.label for a in architecture("prod").arrows}
    for source, target, label in (
        ("clients", "balancer", "HTTPS 443"),
        ("balancer", "armor", "API host"),
        ("armor", "run-us-east1", "HTTPS"),
        ("run-us-east1", "egress-us-east1", "private addresses"),
        ("egress-us-east1", "redis-us-east1", "TLS 6378"),
        ("egress-us-east1", "sql", "TLS 5432"),
        ("sql", "replica-us-east1", "replication"),
        ("run", "secrets", "secrets"),
    ):
        assert arrows[source, target] == label


def test_direct_egress_is_named_in_the_place_of_the_connector() -> None:
    assert architecture("dev").box("egress-us-central1").title == "VPC connector"
    assert architecture("small").box("egress-us-central1").title == "Direct VPC egress"


def test_resource_shows_its_important_values() -> None:
    [database] = [
        resource
        for resource in architecture("prod").box("sql").resources
        if resource.type == "google_sql_database_instance"
    ]
    values = dict(database.values)
    assert values["Availability"] == "REGIONAL"
    assert values["TLS"] == "ENCRYPTED_ONLY"
    assert values["Connections at most"] == "640"


def test_alerts_are_sorted_by_severity_and_link_to_runbooks() -> None:
    alerts = architecture("prod").alerts
    order = ["CRITICAL", "ERROR", "WARNING"]
    assert sorted(alerts, key=lambda alert: order.index(alert.severity)) == list(alerts)
    assert all(alert.runbook and alert.channels for alert in alerts)


def _inside(inner: Area, outer: Area) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def _overlap(one: Area, other: Area) -> bool:
    return (
        one.x < other.right
        and other.x < one.right
        and one.y < other.bottom
        and other.y < one.bottom
    )


def _placed(shape: str) -> tuple[Architecture, Layout]:
    return architecture(shape), place(architecture(shape))


@every_shape
def test_boxes_are_in_their_frames_and_do_not_overlap(shape: str) -> None:
    model, layout = _placed(shape)
    for box in model.boxes:
        if box.kind == "network":
            continue
        area = layout.boxes[box.id]
        assert _inside(area, layout.frames[box.frame]), box.id
        assert all(_inside(part, area) for part in part_areas(box, area)), box.id
        if box.region and box.frame != "apis":
            assert _inside(area, layout.regions[box.region]), box.id
    for areas in (layout.boxes, layout.frames, layout.regions):
        for one, other in combinations(areas.values(), 2):
            assert not _overlap(one, other)


def _crosses(route: Route, area: Area) -> bool:
    for (x, y), (to_x, to_y) in pairwise(route.points):
        line = Area(min(x, to_x), min(y, to_y), abs(to_x - x) or 0.1, abs(to_y - y) or 0.1)
        if _overlap(line, area):
            return True
    return False


@every_shape
def test_arrows_go_at_right_angles_and_cross_no_box(shape: str) -> None:
    model, layout = _placed(shape)
    for route in routes(model, layout):
        for start, end in pairwise(route.points):
            assert start[0] == end[0] or start[1] == end[1], route.arrow
        for identifier, area in layout.boxes.items():
            if identifier not in {route.arrow.source, route.arrow.target}:
                assert not _crosses(route, area), (route.arrow, identifier)


def test_stack_without_outputs_is_drawn() -> None:
    content = {"resource": {"google_compute_network": {"main": {"name": "x"}}}}
    assert "<svg" in picture(read(content, "dev"))


def test_mermaid_has_the_boxes_and_arrows_of_the_model() -> None:
    model = architecture("prod")
    text = diagram(model)
    assert text.count("subgraph") == len(model.frames)
    assert text.count("-->") + text.count("-.->") == len(model.arrows)
    for box in model.boxes:
        assert box.kind == "network" or box.id.replace("-", "_") in text


def test_replace_block_fails_without_marks(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("# Title\n")
    with pytest.raises(NoBlockError):
        replace_block(document, architecture("dev"))


def test_diagram_and_picture_in_docs_are_current(tmp_path: Path) -> None:
    source = ROOT / "docs" / "architecture.md"
    copy = tmp_path / source.name
    copy.write_text(source.read_text("utf-8"), "utf-8")
    replace_block(copy, architecture("prod"))
    drawn = (ROOT / "docs" / "images" / "architecture.svg").read_text("utf-8")
    assert copy.read_text("utf-8") == source.read_text("utf-8"), "run make docs"
    assert drawn == picture(architecture("prod")), "run make docs"
