"""The boxes: what each is called, where it stands, and the two lines in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from preview.architecture.model import Box, FrameId, Part
from preview.architecture.stack import Block, Stack
from preview.architecture.values import describe

_Lines = Callable[[Sequence[Block], Stack], Iterator[str]]


def build(identifier: str, region: str | None, blocks: Sequence[Block], stack: Stack) -> Box:
    """Return the box of these resources."""
    kind = identifier.partition("-")[0]
    title, frame, lines = _KINDS[kind]
    if kind == "egress" and not _of(blocks, "google_vpc_access_connector"):
        title = "Direct VPC egress"
    return Box(
        id=identifier,
        kind=kind,
        frame=frame,
        title=title,
        lines=tuple(line for line in lines(blocks, stack) if line),
        region=region,
        parts=tuple(_parts(blocks)) if kind == "run" else (),
        resources=tuple(describe(block) for block in blocks),
    )


def _of(blocks: Sequence[Block], *types: str) -> list[Block]:
    return [block for block in blocks if block.type in types]


def _first(blocks: Sequence[Block], type_: str, path: str) -> str:
    return next((block.text(path) for block in _of(blocks, type_)), "")


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}" if number else ""


def _parts(blocks: Sequence[Block]) -> Iterator[Part]:
    for block in _of(blocks, "google_cloud_run_v2_service"):
        limits = "template.containers.resources.limits"
        memory = block.text(f"{limits}.memory").replace("Gi", " GiB").replace("Mi", " MiB")
        machine = f"{block.text(f'{limits}.cpu')} vCPU · {memory}"
        least = block.text("scaling.min_instance_count") or "0"
        most = block.text("template.scaling.max_instance_count")
        gpu = " (GPU)" if block.values("template.node_selector.accelerator") else ""
        yield Part(short(block) + gpu, f"{machine} · {least}–{most}" if most else machine)
    for block in _of(blocks, "google_cloud_run_v2_job"):
        yield Part(short(block), "job", is_job=True)


def short(block: Block) -> str:
    """Return the name of a service or job without project, environment, region and what it is."""
    region = (block.region or "").replace("-", "_")
    name = block.name.removesuffix(f"_{region}").removesuffix("_service")
    return name.replace("_", "-")


def _clients(_blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    yield "browsers and apps"
    yield "resolve the hosts by DNS"


def _balancer(blocks: Sequence[Block], stack: Stack) -> Iterator[str]:
    hosts = stack.output("hosts") or []
    more = f" and {len(hosts) - 1} more" if len(hosts) > 1 else ""
    yield f"{hosts[0]}{more}" if hosts else ""
    tls = _first(blocks, "google_compute_ssl_policy", "min_tls_version").replace("TLS_", "TLS ")
    certificates = _of(blocks, "google_compute_managed_ssl_certificate")
    certificate = _count(len(certificates), "managed certificate")
    yield ", ".join(filter(None, (certificate, f"{tls.replace('_', '.')}+" if tls else "")))


def _armor(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    rules = [block.text("rule.description") for block in blocks]
    yield "WAF rules, rate limit" if any("WAF" in text for text in rules) else "rules"
    count = _first(blocks, "google_compute_security_policy", _RATE + "count")
    yield f"{count} requests in {_seconds(blocks)} s" if count else ""


_RATE = "rule.rate_limit_options.rate_limit_threshold."


def _seconds(blocks: Sequence[Block]) -> str:
    return _first(blocks, "google_compute_security_policy", _RATE + "interval_sec")


def _static(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    yield "bucket behind Cloud CDN"
    yield _first(blocks, "google_storage_bucket", "location").lower()


def _gateway(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    yield _first(blocks, "google_apigee_instance", "location")
    least = _first(blocks, "google_apigee_environment", "node_config.min_node_count")
    most = _first(blocks, "google_apigee_environment", "node_config.max_node_count")
    yield f"{least}–{most} nodes" if least and most else ""


def _run(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    services = _count(len(_of(blocks, "google_cloud_run_v2_service")), "service")
    jobs = _count(len(_of(blocks, "google_cloud_run_v2_job")), "job")
    yield ", ".join(filter(None, (services, jobs)))


def _egress(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    for block in _of(blocks, "google_vpc_access_connector"):
        counts = f"{block.text('min_instances')}–{block.text('max_instances')}"
        yield f"{block.text('ip_cidr_range')}, {counts} {block.text('machine_type')}"
    nat = "Cloud NAT" if _of(blocks, "google_compute_router_nat") else ""
    subnet = _first(blocks, "google_compute_subnetwork", "ip_cidr_range")
    yield ", ".join(filter(None, (subnet, nat)))


def _redis(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    memory = _first(blocks, "google_redis_instance", "memory_size_gb")
    tier = _first(blocks, "google_redis_instance", "tier")
    yield f"{memory} GB, {'standby' if tier == 'STANDARD_HA' else 'no standby'}"
    yield "cache, AUTH"


def _sql(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    for block in _of(blocks, "google_sql_database_instance")[:1]:
        version = block.text("database_version").replace("POSTGRES_", "PostgreSQL ")
        regional = block.text("settings.availability_type") == "REGIONAL"
        yield f"{version}, {'standby' if regional else 'one zone'}"
        yield block.text("settings.tier")


def _replica(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    yield _first(blocks, "google_sql_database_instance", "settings.tier")
    yield "read only"


def _network(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    yield _first(blocks, "google_compute_network", "name")


def _secrets(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    yield _count(len(_of(blocks, "google_secret_manager_secret")), "secret")
    yield "one grant per account"


def _registry(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    yield "container images"
    yield _first(blocks, "google_artifact_registry_repository", "location")


def _objects(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    yield "app data"
    yield _first(blocks, "google_storage_bucket", "location").lower()


def _vector(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    size = _first(blocks, "google_vertex_ai_index", "metadata.config.dimensions")
    yield f"index, {size} dimensions" if size else "vector index"
    deployed = _of(blocks, "google_vertex_ai_index_endpoint_deployed_index")
    yield "deployed" if deployed else "not deployed"


def _monitoring(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    yield _count(
        len(_of(blocks, "google_monitoring_alert_policy")), "alert policy", "alert policies"
    )
    objectives = _count(len(_of(blocks, "google_monitoring_slo")), "SLO")
    uptime = _count(len(_of(blocks, "google_monitoring_uptime_check_config")), "uptime check")
    yield ", ".join(filter(None, (objectives, uptime)))


def _backups(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    buckets = _of(blocks, "google_storage_bucket")
    places = sorted({b.text("location") for b in buckets})
    yield f"{_count(len(buckets), 'bucket')} in {', '.join(places)}" if buckets else ""
    yield "daily export" if _of(blocks, "google_cloud_scheduler_job") else ""


def _cost(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    amount = _first(blocks, "google_billing_budget", "amount.specified_amount.units")
    yield f"budget {amount} a month" if amount else ""
    yield "billing export" if _of(blocks, "google_bigquery_dataset") else ""


def _project(blocks: Sequence[Block], _stack: Stack) -> Iterator[str]:
    yield _count(len(_of(blocks, "google_project_service")), "API")
    yield _count(len(_of(blocks, "google_service_account")), "service account")


_KINDS: dict[str, tuple[str, FrameId, _Lines]] = {
    "clients": ("Clients", "internet", _clients),
    "balancer": ("Global load balancer", "edge", _balancer),
    "armor": ("Cloud Armor", "edge", _armor),
    "static": ("Static files", "edge", _static),
    "gateway": ("Apigee gateway", "edge", _gateway),
    "run": ("Cloud Run", "run", _run),
    "egress": ("VPC connector", "vpc", _egress),
    "redis": ("Redis", "data", _redis),
    "sql": ("Cloud SQL primary", "data", _sql),
    "replica": ("Cloud SQL replica", "data", _replica),
    "secrets": ("Secret Manager", "apis", _secrets),
    "registry": ("Artifact Registry", "apis", _registry),
    "objects": ("Cloud Storage", "apis", _objects),
    "vector": ("Vertex AI", "apis", _vector),
    "monitoring": ("Cloud Monitoring", "apis", _monitoring),
    "backups": ("Backups", "apis", _backups),
    "cost": ("Costs", "apis", _cost),
    "project": ("APIs and accounts", "apis", _project),
    "network": ("VPC network", "vpc", _network),
}
ORDER = tuple(kind for kind in _KINDS if kind != "clients")
"""Kinds of boxes, from the client to the data, then what is next to them."""
