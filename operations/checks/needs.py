"""What an environment needs at most, per region and per project, to compare with quotas."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache

from facts import cloud_run, iam, quotas
from operations.checks.quotas import COMPUTE
from operations.checks.stack import Stack


@dataclass(frozen=True)
class Need:
    """An amount that an environment needs."""

    place: str
    """A region, or `project`."""
    what: str
    amount: float
    unit: str = ""

    @property
    def default(self) -> float | None:
        """What a project in use for a while has, None where no number is known."""
        return _defaults().get(self.what)

    @property
    def new_project(self) -> float | None:
        """What a new project reportedly has, None where no number is known."""
        name = _NEW_PROJECT.get(self.what)
        return quotas.new_project()[name] if name else None

    def to_dict(self) -> dict[str, object]:
        """Return the fields, for `--json`."""
        return asdict(self) | {"default": self.default, "new_project": self.new_project}


PROJECT = "project"
_CPU = "Cloud Run: CPU of all services and jobs"
_MEMORY = "Cloud Run: memory of all services and jobs"
_GPUS = "Cloud Run: GPUs"
_SERVICES = "Cloud Run: services"
_GROUPS = "NETWORK_ENDPOINT_GROUPS"
"""Has a quota in each region."""
_COMPUTE = "Compute Engine: {}"
_NEW_PROJECT = {
    _CPU: "run_cpu",
    _MEMORY: "run_memory_gib",
    _GPUS: "run_gpu",
    _COMPUTE.format("BACKEND_SERVICES"): "backend_services",
    _COMPUTE.format("SECURITY_POLICIES"): "security_policies",
}
_COUNTED = {
    "google_service_account": "Service accounts",
    "google_project_iam_member": "Project roles of service accounts",
    "google_secret_manager_secret": "Secrets",
    "google_storage_bucket": "Buckets",
    "google_monitoring_alert_policy": "Alert policies",
    "google_monitoring_dashboard": "Dashboards",
    "google_monitoring_uptime_check_config": "Uptime checks",
    "google_logging_metric": "Log-based metrics",
}


@cache
def _defaults() -> dict[str, float]:
    defaults, monitoring = quotas.defaults(), quotas.monitoring()
    return {
        **{
            _COMPUTE.format(metric): defaults[metric.lower()]
            for metric in COMPUTE
            if metric.lower() in defaults
        },
        _SERVICES: cloud_run.max_services(),
        "Service accounts": defaults["service_accounts"],
        "Project roles of service accounts": iam.max_policy_principals(),
        "Alert policies": monitoring["alert_policies"],
        "Dashboards": monitoring["dashboards"],
        "Uptime checks": monitoring["uptime_checks"],
        "Log-based metrics": monitoring["log_metrics"],
    }


def needs(stack: Stack) -> list[Need]:
    """Return the needs, those of regions first; what is not needed is left out."""
    amounts: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    for need in _regional(stack):
        amounts[need.place, need.what, need.unit] += need.amount
    regional = [
        Need(place, what, amount, unit) for (place, what, unit), amount in amounts.items() if amount
    ]
    return [*sorted(regional, key=lambda need: need.place), *_of_project(stack)]


def _regional(stack: Stack) -> Iterator[Need]:
    largest: dict[str, float] = {}
    for workload in stack.workloads:
        region, cpu = workload.region, workload.cpu * workload.instances / 1000
        memory = workload.memory * workload.instances / 2**30
        yield Need(region, _CPU, cpu, "vCPU")
        yield Need(region, _MEMORY, memory, "GiB")
        yield Need(region, _GPUS, workload.gpus * workload.instances)
        largest[region] = max(largest.get(region, 0), cpu)
    for service in stack.services:
        yield Need(service.region, _SERVICES, 1)
    for group in stack.resources("google_compute_region_network_endpoint_group"):
        yield Need(group["region"], _COMPUTE.format(_GROUPS), 1)
    for region, cpu in largest.items():
        yield Need(region, "Cloud Run: CPU of the largest service or job", cpu, "vCPU")
    for connector in stack.resources("google_vpc_access_connector"):
        most = connector["max_instances"]
        yield Need(connector["region"], "Serverless VPC Access: connectors", 1)
        yield Need(connector["region"], "Serverless VPC Access: instances", most)
    for redis in stack.resources("google_redis_instance"):
        yield Need(redis["region"], "Memorystore: memory", redis["memory_size_gb"], "GiB")
    for instance in stack.resources("google_sql_database_instance"):
        settings, region = instance["settings"], instance["region"]
        cores = re.match(r"db-custom-(\d+)", settings["tier"])
        yield Need(region, "Cloud SQL: instances", 1)
        yield Need(region, "Cloud SQL: CPU", int(cores[1]) if cores else 1, "vCPU")
        disk = settings.get("disk_autoresize_limit", 0)
        yield Need(region, "Cloud SQL: disk", disk, "GB")
    for index in stack.resources("google_vertex_ai_index_endpoint_deployed_index"):
        replicas = index["dedicated_resources"]["max_replica_count"]
        yield Need(index["region"], "Vertex AI: replicas of the index", replicas)
    for nat in stack.resources("google_compute_router_nat"):
        yield Need(nat["region"], "Cloud NAT: gateways", 1)


def _of_project(stack: Stack) -> Iterator[Need]:
    for metric, takes in sorted(COMPUTE.items()):
        if metric != _GROUPS and (amount := takes(stack)):
            yield Need(PROJECT, _COMPUTE.format(metric), amount)
    for type_, what in _COUNTED.items():
        if amount := len(stack.resources(type_)):
            yield Need(PROJECT, what, amount)
