"""Rules of vector search and cost: the last legal value, and the first illegal one."""

from typing import Any

from tests.environments.samples import REMOVED, Row

ACCOUNT, OTHER = "012345-6789AB-CDEF01", "ABCDEF-012345-6789AB"
TABLE = "gcp_billing_export_v1_012345_6789AB_CDEF01"
DEPLOYMENT = "vector_search.deployment"
LARGE = "e2-highmem-16 or n2d-standard-32 for SHARD_SIZE_LARGE"
MEDIUM = "e2-standard-16 or e2-highmem-16 or n2d-standard-32 for SHARD_SIZE_MEDIUM"
UNUSED = "vertex_ai: true in a service, or no deployment: its replicas are billed all day"
SERVICE = {"cpu": 1, "memory": "512Mi", "max_instances": 1}


def _machine(shard: str, legal: str, illegal: str, expected: str) -> Row:
    path, size = f"{DEPLOYMENT}.machine_type", {"vector_search.shard_size": shard}
    return "prod", size | {path: legal}, size | {path: illegal}, [(path, illegal, expected)]


def _report(service: Any, problems: list[tuple[str, str, str]]) -> Row:
    taken = {"services.cost-report": service}
    return "prod", taken | {"cost.export.daily_report": REMOVED}, taken, problems


ROWS: dict[str, Row] = {
    "too small a machine for a medium shard": _machine(
        "SHARD_SIZE_MEDIUM", "e2-standard-16", "e2-standard-2", MEDIUM
    ),
    "too small a machine for a large shard": _machine(
        "SHARD_SIZE_LARGE", "e2-highmem-16", "e2-standard-16", LARGE
    ),
    "more replicas at least than at most": (
        "prod",
        {f"{DEPLOYMENT}.max_replicas": 2},
        {f"{DEPLOYMENT}.max_replicas": 1},
        [(f"{DEPLOYMENT}.max_replicas", "1", "at least min_replicas (2)")],
    ),
    "replicas that nobody asks": (
        "prod",
        {"services.ai.vertex_ai": False, DEPLOYMENT: REMOVED},
        {"services.ai.vertex_ai": False},
        [(DEPLOYMENT, "no service that searches", UNUSED)],
    ),
    "the export of another billing account": (
        "prod",
        {"cost.export.table": TABLE, "cost.billing_account": ACCOUNT},
        {"cost.export.table": TABLE, "cost.billing_account": OTHER},
        [("cost.export.table", TABLE, f"the table of cost.billing_account ({OTHER})")],
    ),
    "a service named like the cost report": _report(
        SERVICE,
        [("services.cost-report", "cost-report", "another name: the cost report uses this one")],
    ),
}
