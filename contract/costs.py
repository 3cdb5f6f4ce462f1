"""Monthly cost of a synthesized stack at list prices, part by part.

An estimate has what is billed around the clock, and the range that depends on use. It knows no
discount, free tier, tax, data transfer or storage of data, and only prices of us-central1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from contract.quantities import cpu_millis, memory_bytes
from facts import prices
from facts.prices import HOURS, SECONDS

Resource = Mapping[str, Any]

NOT_INCLUDED = (
    "data transfer, load balancer and NAT traffic",
    "stored data: buckets, images, backups, logs, metrics",
    "Vertex AI models and index builds, Apigee calls, Cloud Armor requests, BigQuery queries",
    "discounts, free tiers and taxes; regions other than us-central1 differ",
)
"""What no line has, because it depends on use that no file names."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of one part in US dollars a month."""

    part: str
    """The product, such as `Cloud SQL`."""
    detail: str
    """What is billed."""
    always: float
    """Billed around the clock, whatever the use."""
    most: float
    """Billed at the highest use that the stack allows; never below `always`."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields, with amounts in cents."""
        return asdict(self) | {"always": round(self.always, 2), "most": round(self.most, 2)}


def estimate(stack: Mapping[str, Any]) -> list[Cost]:
    """Return the costs of a stack (`cdk.tf.json`), the largest around-the-clock cost first."""
    resources = stack.get("resource", {})
    costs = [
        cost
        for type_, price in _PRICED.items()
        for resource in resources.get(type_, {}).values()
        for cost in price(resource)
    ]
    costs += _counted(resources)
    return sorted(costs, key=lambda cost: (-cost.always, -cost.most, cost.detail))


def total(costs: list[Cost]) -> Cost:
    """Return the sum of costs."""
    return Cost("Total", "", sum(cost.always for cost in costs), sum(cost.most for cost in costs))


def explanation() -> str:
    """Return what the amounts mean, their date, and what they leave out."""
    return "\n".join(
        [
            f"List prices in US dollars for us-central1, checked on {prices.checked()}; "
            f"{len(prices.unconfirmed())} of them have no source that could be opened.",
            "Always: billed around the clock. At most: all instances busy all month.",
            *(f"Not included: {item}." for item in NOT_INCLUDED),
        ]
    )


def by_part(costs: list[Cost]) -> list[Cost]:
    """Return the sum of each part, the largest around-the-clock cost first."""
    parts: dict[str, list[Cost]] = {}
    for cost in costs:
        parts.setdefault(cost.part, []).append(cost)
    sums = [replace(total(own), part=part) for part, own in parts.items()]
    return sorted(sums, key=lambda cost: (-cost.always, -cost.most))


def _cloud_run(service: Resource) -> Iterator[Cost]:
    template = service["template"]
    [container] = template["containers"]
    limits = container["resources"]["limits"]
    cpu, memory = cpu_millis(limits["cpu"]) / 1000, memory_bytes(limits["memory"]) / 2**30
    least = service.get("scaling", {}).get("min_instance_count", 0)
    most = template["scaling"]["max_instance_count"]
    by_instance = not container["resources"].get("cpu_idle", True)
    gpu = prices.price("run_l4_second") * int(limits.get("nvidia.com/gpu", 0))

    def second(kind: str) -> float:
        return (
            cpu * prices.price(f"run_{kind}_vcpu_second")
            + memory * prices.price(f"run_{kind}_gib_second")
            + gpu
        )

    idle = second("instance" if by_instance else "idle")
    busy = second("instance" if by_instance else "request")
    name, region = service["name"], service["location"]
    detail = f"{name} in {region}, {least} to {most} × {cpu:g} vCPU, {memory:g} GiB"
    yield Cost("Cloud Run", detail, least * idle * SECONDS, most * busy * SECONDS)


def _cloud_sql(instance: Resource) -> Iterator[Cost]:
    settings = instance["settings"]
    copies = 2 if settings["availability_type"] == "REGIONAL" else 1
    tier = settings["tier"]
    if match := re.fullmatch(r"db-custom-(\d+)-(\d+)", tier):
        hour = int(match[1]) * prices.price("sql_vcpu_hour")
        hour += int(match[2]) / 1024 * prices.price("sql_gib_hour")
    else:
        hour = prices.price_of("sql_shared_core_hour", tier) or 0.0
    role = "replica" if "master_instance_name" in instance else "primary"
    standby = ", with a standby" if copies == 2 else ""
    machine = copies * hour * HOURS
    yield Cost("Cloud SQL", f"{role} {tier} in {instance['region']}{standby}", machine, machine)
    disk, limit = settings["disk_size"], settings.get("disk_autoresize_limit") or 0
    month = copies * prices.price("sql_ssd_gib_month")
    yield Cost(
        "Cloud SQL",
        f"{role} disk, {disk} GB" + (f" to {limit} GB" if limit > disk else ""),
        disk * month,
        max(disk, limit) * month,
    )


def _redis(instance: Resource) -> Iterator[Cost]:
    size, tier = instance["memory_size_gb"], instance["tier"]
    table = "redis_standard_gib_hour" if tier == "STANDARD_HA" else "redis_basic_gib_hour"
    month = size * prices.price_by_size(table, size) * HOURS
    yield Cost("Memorystore", f"{tier} {size} GiB in {instance['region']}", month, month)


def _connector(connector: Resource) -> Iterator[Cost]:
    hour = prices.price_of("connector_instance_hour", connector["machine_type"]) or 0.0
    least, most = connector["min_instances"], connector["max_instances"]
    detail = f"{least} to {most} × {connector['machine_type']} in {connector['region']}"
    yield Cost("VPC connector", detail, least * hour * HOURS, most * hour * HOURS)


def _nat(nat: Resource) -> Iterator[Cost]:
    low, high = prices.price_range("nat_gateway_hour")
    address = prices.price("nat_address_hour")
    detail = f"gateway with an address in {nat['region']}"
    yield Cost("Cloud NAT", detail, (low + address) * HOURS, (high + address) * HOURS)


def _armor(policy: Resource) -> Iterator[Cost]:
    rules = len(policy.get("rule", ()))
    month = prices.price("armor_policy_month") + rules * prices.price("armor_rule_month")
    yield Cost("Cloud Armor", f"policy with {rules} rules", month, month)


def _vector_search(deployed: Resource) -> Iterator[Cost]:
    dedicated = deployed["dedicated_resources"]
    machine = dedicated["machine_spec"]["machine_type"]
    hour = prices.price_of("vector_node_hour", machine) or 0.0
    least, most = dedicated["min_replica_count"], dedicated["max_replica_count"]
    detail = f"{least} to {most} × {machine}"
    yield Cost("Vector Search", detail, least * hour * HOURS, most * hour * HOURS)


def _apigee(environment: Resource) -> Iterator[Cost]:
    hour = prices.price_of("apigee_environment_hour", environment.get("type", "")) or 0.0
    if hour:  # an evaluation environment is free
        detail = f"{environment['type']} environment"
        yield Cost("Apigee", detail, hour * HOURS, hour * HOURS)


_PRICED: Mapping[str, Callable[[Resource], Iterator[Cost]]] = {
    "google_cloud_run_v2_service": _cloud_run,
    "google_sql_database_instance": _cloud_sql,
    "google_redis_instance": _redis,
    "google_vpc_access_connector": _connector,
    "google_compute_router_nat": _nat,
    "google_compute_security_policy": _armor,
    "google_vertex_ai_index_endpoint_deployed_index": _vector_search,
    "google_apigee_environment": _apigee,
}
"""What is priced one by one."""


def _counted(resources: Mapping[str, Mapping[str, Resource]]) -> Iterator[Cost]:
    """Price what is billed by number."""
    rules = len(resources.get("google_compute_global_forwarding_rule", {}))
    if rules:
        month = prices.price("forwarding_rules_hour") * HOURS
        yield Cost("Load balancer", f"{rules} forwarding rules", month, month)
    for type_, part, name, noun in (
        (
            "google_secret_manager_secret_version",
            "Secret Manager",
            "secret_version_month",
            "secret",
        ),
        ("google_kms_crypto_key", "Cloud KMS", "kms_key_version_month", "key"),
    ):
        count = len(resources.get(type_, {}))
        if count:
            month = count * prices.price(name)
            yield Cost(part, f"{count} {noun} versions", month, month)
