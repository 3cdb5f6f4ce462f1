"""Quotas of counted resources."""

from facts import quotas
from offline.rules.case import Case, number, text
from offline.rules.registry import rule

_COUNTED = {
    "google_compute_address": ("regional_addresses", "STATIC_ADDRESSES"),
    **{
        type_: (metric.lower(), metric)
        for metric, type_ in quotas.compute_types().items()
        if metric.lower() in quotas.defaults()
    },
}
"""Name of the quota, and its metric in the message of the API, by resource type."""
_REGIONAL = (
    "google_compute_address",
    "google_compute_region_network_endpoint_group",
    "google_redis_instance",
    "google_vpc_access_connector",
)
_COMPUTE = "doc: Compute Engine, 'Quota exceeded' errors"


def _count(case: Case) -> int:
    """How many there are already in the same place."""
    found = case.others(case.type)
    if case.type in _REGIONAL:
        found = [one for one in found if text(one, "region").endswith(case.region)]
    return len(found)


def _limit(case: Case, name: str) -> float:
    regional = case.type in _REGIONAL
    region = case.region if regional else ""
    return case.quotas.limit(name, project=case.project, region=region)


@rule(*_COUNTED, source=_COMPUTE, code=403)
def compute(case: Case) -> str | None:
    """More resources of Compute Engine than the project may have."""
    name, metric = _COUNTED[case.type]
    return _compute(case, name, metric) if case.creating else None


@rule("google_compute_global_address", source=_COMPUTE, code=403)
def global_addresses(case: Case) -> str | None:
    """More static external addresses than the project may have; ranges for peering do not count."""
    external = [
        one for one in case.others(case.type) if text(one, "address_type") in ("", "EXTERNAL")
    ]
    limit = case.quotas.limit("global_addresses", project=case.project)
    if not case.creating or case.text("address_type") == "INTERNAL" or len(external) < limit:
        return None
    return f"Quota 'STATIC_ADDRESSES' exceeded. Limit: {limit:.1f} globally., quotaExceeded"


def _compute(case: Case, name: str, metric: str) -> str | None:
    limit = _limit(case, name)
    if _count(case) < limit:
        return None
    where = f"in region {case.region}" if case.type in _REGIONAL else "globally"
    return f"Quota '{metric}' exceeded. Limit: {limit:.1f} {where}., quotaExceeded"


@rule("google_vpc_access_connector", source="doc: VPC, 'Quotas and limits'", code=429)
def connectors(case: Case) -> str | None:
    """More connectors than the project may have in a region."""
    if not case.creating or _count(case) < _limit(case, "connectors"):
        return None
    return (
        "Operation failed: Quota exceeded for quota metric 'VPC Access connectors' "
        f"in region {case.region}"
    )


@rule("google_redis_instance", source="doc: Memorystore, 'Quotas and limits'", code=429)
def redis(case: Case) -> str | None:
    """More Redis instances or gigabytes than the project may have in a region."""
    here = [one for one in case.others(case.type) if text(one, "region").endswith(case.region)]
    if case.creating and len(here) >= _limit(case, "redis_instances"):
        return f"Quota limit 'RedisInstances' has been exceeded for region {case.region}"
    memory = sum(number(one, "memory_size_gb") or 0 for one in [*here, case.planned])
    limit = _limit(case, "redis_memory_gb")
    if memory <= limit:
        return None
    return (
        "Quota limit 'StandardTierCapacityPerRegion' has been exceeded: "
        f"{memory:.0f} GB requested, {limit:.0f} GB allowed in {case.region}"
    )


@rule("google_sql_database_instance", source="doc: Cloud SQL, 'Quotas and limits'", code=403)
def sql_instances(case: Case) -> str | None:
    """More Cloud SQL instances than the project may have."""
    if not case.creating or _count(case) < _limit(case, "sql_instances"):
        return None
    return "The limit of instances per project is reached., instancesPerProjectLimitExceeded"


@rule("google_service_account", source="doc: IAM, 'Quotas and limits'", code=429)
def service_accounts(case: Case) -> str | None:
    """More service accounts than the project may have."""
    if not case.creating or _count(case) < _limit(case, "service_accounts"):
        return None
    return "Maximum number of service accounts on project reached., rateLimitExceeded"
