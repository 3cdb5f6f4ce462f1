"""Which box a resource belongs to."""

from __future__ import annotations

from preview.architecture.stack import Block, Stack

OTHER = "project"
"""The box of everything that belongs to no other."""

# By the beginning of the type; the first that fits.
_BOXES = (
    ("google_apigee_", "gateway"),
    ("google_kms_", "gateway"),
    ("google_artifact_registry_", "registry"),
    ("google_bigquery_", "cost"),
    ("google_billing_", "cost"),
    ("google_cloud_scheduler_", "backups"),
    ("google_compute_security_policy", "armor"),
    ("google_compute_backend_bucket", "static"),
    ("google_dns_", "balancer"),
    ("google_compute_", "balancer"),
    ("google_logging_", "monitoring"),
    ("google_monitoring_", "monitoring"),
    ("google_project_", OTHER),
    ("google_secret_manager_", "secrets"),
    ("google_service_account", OTHER),
    ("google_service_networking_", "network"),
    ("google_sql_", "sql"),
    ("google_storage_transfer_", "backups"),
    ("google_vertex_ai_", "vector"),
    ("google_workflows_", "backups"),
)
_BY_REGION = {
    "google_cloud_run_v2_service": "run",
    "google_cloud_run_v2_service_iam_member": "run",
    "google_cloud_run_v2_job": "run",
    "google_cloud_run_v2_job_iam_member": "run",
    "google_compute_subnetwork": "egress",
    "google_compute_router": "egress",
    "google_compute_router_nat": "egress",
    "google_redis_instance": "redis",
    "google_vpc_access_connector": "egress",
}


def assign(stack: Stack) -> dict[str, str]:
    """Return the identifier of a box for each address; no resource is without one."""
    return {block.address: _box(block, stack) for block in stack.blocks}


def is_replica(block: Block) -> bool:
    """Report whether a database instance replicates another."""
    return bool(block.values("master_instance_name"))


def _box(block: Block, stack: Stack) -> str:
    if block.type in _BY_REGION:
        return f"{_BY_REGION[block.type]}-{block.region}"
    if block.type == "google_sql_database_instance" and is_replica(block):
        return f"replica-{block.region}"
    if block.type == "google_storage_bucket":
        return _bucket(block, stack)
    if block.type == "google_storage_bucket_iam_member":
        buckets = (stack.find(address) for address in sorted(block.references))
        owner = next((b for b in buckets if b and b.type == "google_storage_bucket"), None)
        return _bucket(owner, stack) if owner else OTHER
    if block.type == "google_compute_network" or block.values("purpose") == ["VPC_PEERING"]:
        return "network"
    return next((box for start, box in _BOXES if block.type.startswith(start)), OTHER)


def _bucket(bucket: Block, stack: Stack) -> str:
    """Group buckets by who uses them: the CDN, a copy or a backup, or the services."""
    if any(b.refers_to(bucket.address) for b in stack.of("google_compute_backend_bucket")):
        return "static"
    copies = any(
        f"{bucket.address}." in str(b.values("transfer_spec.gcs_data_sink"))
        for b in stack.of("google_storage_transfer_job")
    )
    return "backups" if copies or "backup" in bucket.name else "objects"
