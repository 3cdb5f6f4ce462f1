"""Read the architecture of an environment from its `cdk.tf.json`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from preview.architecture.arrows import arrows
from preview.architecture.assignment import assign
from preview.architecture.boxes import ORDER, build
from preview.architecture.model import Architecture, Box, Frame
from preview.architecture.observability import alerts, objectives
from preview.architecture.stack import Block, Stack

_FRAMES = (
    Frame("internet", "Internet", ("untrusted",)),
    Frame("edge", "Google's edge", ("global, public address",)),
    Frame("run", "Cloud Run", ("run by Google", "reached through the", "load balancer alone")),
    Frame("vpc", "VPC network", ("the project's own,", "private addresses")),
    Frame(
        "data", "Private services", ("run by Google", "peered with the VPC", "no public address")
    ),
    Frame("apis", "Google APIs, with IAM", ()),
)


def read(content: Mapping[str, Any], environment: str) -> Architecture:
    """Read the architecture of a stack from the content of its `cdk.tf.json`."""
    stack = Stack(content)
    held: dict[str, list[Block]] = defaultdict(list)
    for address, box in assign(stack).items():
        block = stack.find(address)
        if block is not None:
            held[box].append(block)
    boxes = [build("clients", None, [], stack)]
    for kind in ORDER:
        for identifier in sorted(held, key=lambda key: _rank(key, stack)):
            if identifier.partition("-")[0] == kind:
                region = identifier.partition("-")[2] or _region(kind, held[identifier])
                boxes.append(build(identifier, region, held[identifier], stack))
    frames = tuple(f for f in _FRAMES if any(box.frame == f.id for box in boxes))
    regions = _regions(boxes, stack)
    return Architecture(
        environment=environment,
        project=str(stack.output("project_id") or ""),
        regions=regions,
        facts=_facts(stack, regions),
        frames=frames,
        boxes=tuple(boxes),
        arrows=tuple(arrows(boxes, held, stack)),
        alerts=tuple(alerts(stack)),
        objectives=tuple(objectives(stack)),
    )


def _rank(identifier: str, stack: Stack) -> tuple[bool, str]:
    """Sort the primary region first."""
    return identifier.partition("-")[2] != str(stack.output("primary_region")), identifier


def _region(kind: str, blocks: list[Block]) -> str | None:
    regions = [b.region for b in blocks if b.type == "google_sql_database_instance"]
    return regions[0] if kind == "sql" and regions else None


def _regions(boxes: list[Box], stack: Stack) -> tuple[str, ...]:
    regions = {box.region for box in boxes if box.region}
    primary = str(stack.output("primary_region"))
    return tuple(sorted(regions, key=lambda region: (region != primary, region)))


def _facts(stack: Stack, regions: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return what one wants to know first about an environment."""
    services = stack.of("google_cloud_run_v2_service")
    most = sum(int(n) for b in services for n in b.values("template.scaling.max_instance_count"))
    instances = stack.of("google_sql_database_instance")
    tiers = [
        f"{b.text('settings.tier')}, {b.text('settings.availability_type')}" for b in instances
    ]
    protected = sum(
        1 for block in stack.blocks if block.values("lifecycle.prevent_destroy") == [True]
    )
    pairs = (
        ("Project", str(stack.output("project_id") or "")),
        ("Regions", ", ".join(regions)),
        ("Hosts", ", ".join(stack.output("hosts") or [])),
        ("Services", f"{len({b.text('name') for b in services})}, up to {most} instances"),
        ("Database", tiers[0] if tiers else ""),
        ("Resources", str(len(stack.blocks))),
        ("Protected by prevent_destroy", str(protected) if protected else "none"),
    )
    return tuple((label, value) for label, value in pairs if value)
