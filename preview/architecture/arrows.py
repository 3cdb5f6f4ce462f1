"""The connections between boxes: the source opens them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from preview.architecture.model import Arrow, Box
from preview.architecture.stack import Block, Stack

_WORKLOADS = ("google_cloud_run_v2_service", "google_cloud_run_v2_job")


def arrows(boxes: Sequence[Box], held: Mapping[str, Sequence[Block]], stack: Stack) -> list[Arrow]:
    """Return the connections that the stack configures, without one to a box that is not there."""
    known = {box.id for box in boxes}
    known |= {"run"} if any(box.frame == "run" for box in boxes) else set()
    found = [*_edge(boxes), *_workloads(boxes, held), *_google(boxes, held, stack)]
    return [arrow for arrow in found if {arrow.source, arrow.target} <= known]


def _edge(boxes: Sequence[Box]) -> Iterator[Arrow]:
    known = {box.id for box in boxes}
    yield Arrow("clients", "balancer", "HTTPS 443")
    yield Arrow("balancer", "static", "static hosts")
    yield Arrow("balancer", "gateway", "gateway host")
    yield Arrow("gateway", "balancer", "API host")
    yield Arrow("balancer", "armor", "API host")
    for box in boxes:
        if box.kind == "run" and any(not part.is_job for part in box.parts):
            yield Arrow("armor" if "armor" in known else "balancer", box.id, "HTTPS")


def _workloads(boxes: Sequence[Box], held: Mapping[str, Sequence[Block]]) -> Iterator[Arrow]:
    """Yield the ways of each region's services and jobs into the VPC and to the data."""
    for box in boxes:
        if box.kind != "run":
            continue
        blocks = [block for block in held[box.id] if block.type in _WORKLOADS]
        traffic = {value for b in blocks for value in b.values("template.vpc_access.egress")}
        egress = f"egress-{box.region}"
        if traffic:
            label = "all traffic" if "ALL_TRAFFIC" in traffic else "private addresses"
            yield Arrow(box.id, egress, label)
        for key, instances in held.items():
            if key == f"redis-{box.region}" and any(
                block.refers_to(instance.address) for block in blocks for instance in instances
            ):
                tls = instances[0].text("transit_encryption_mode") == "SERVER_AUTHENTICATION"
                yield Arrow(egress, key, "TLS 6378" if tls else "TCP 6379")
        if any(block.refers_to("google_sql_database_instance.") for block in blocks):
            yield Arrow(egress, "sql", "TLS 5432")


def _vector_use(stack: Stack) -> str:
    deployed = stack.of("google_vertex_ai_index_endpoint_deployed_index")
    return "search" if deployed else "index"


def _google(
    boxes: Sequence[Box], held: Mapping[str, Sequence[Block]], stack: Stack
) -> Iterator[Arrow]:
    """Yield what services ask of Google's APIs, and what Google moves by itself."""
    workloads = stack.of(*_WORKLOADS)
    buckets = [block.address for block in held.get("objects", ()) if block.type.endswith("_bucket")]
    uses = {
        "secrets": ("secrets", any(b.refers_to("google_secret_manager_secret") for b in workloads)),
        "registry": ("images", True),
        "objects": (
            "objects",
            any(block.refers_to(address) for block in workloads for address in buckets),
        ),
        "vector": (_vector_use(stack), any(b.refers_to("google_vertex_ai_") for b in workloads)),
        "monitoring": ("telemetry", True),
    }
    for target, (label, is_used) in uses.items():
        if is_used:
            yield Arrow("run", target, label)
    for box in boxes:
        if box.kind == "replica":
            yield Arrow("sql", box.id, "replication", is_dashed=True)
    yield Arrow("sql", "backups", "exports", is_dashed=True)
