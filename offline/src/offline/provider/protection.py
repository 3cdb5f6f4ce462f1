"""What keeps a resource from being deleted before Google is even asked: arguments that only the
provider knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offline.world import World

Value = Mapping[str, Any]

# What goes with a resource, as (type, argument that names it): an abandoned child does not outlive
# its parent.
_CHILDREN = {
    "google_sql_database_instance": (
        ("google_sql_database", "instance"),
        ("google_sql_user", "instance"),
        ("google_sql_ssl_cert", "instance"),
    ),
    "google_secret_manager_secret": (
        ("google_secret_manager_secret_version", "secret"),
        ("google_secret_manager_secret_iam_member", "secret_id"),
    ),
    "google_compute_network": (
        ("google_service_networking_connection", "network"),
        ("google_compute_network_peering", "network"),
    ),
    "google_storage_bucket": (
        ("google_storage_bucket_object", "bucket"),
        ("google_storage_bucket_iam_member", "bucket"),
    ),
}

# Source: the provider's Delete functions, v6.50.0.
_MESSAGES = {
    "google_sql_database_instance": (
        "Error, failed to delete instance because deletion_protection is set to true. "
        "Set it to false to proceed with instance deletion"
    ),
    "google_container_cluster": (
        "Cannot destroy cluster because deletion_protection is set to true. "
        "Set it to false to proceed with cluster deletion."
    ),
    "google_compute_instance": (
        "Cannot delete instance {name}: instance Deletion Protection is enabled. Set "
        'deletion_protection to false for this resource and run "terraform apply" before '
        "attempting to delete it."
    ),
}
_NOUNS = {
    "google_cloud_run_v2_service": "service",
    "google_cloud_run_v2_job": "job",
    "google_secret_manager_secret": "secret manager secret",
    "google_secret_manager_regional_secret": "secretmanager regional secret",
    "google_workflows_workflow": "workflow",
    "google_bigquery_table": "table {id}",
    "google_folder": "folder",
    "google_spanner_database": "database",
    "google_bigtable_instance": "instance",
}
_SOFT_DELETED = (
    "google_iam_workload_identity_pool",
    "google_iam_workload_identity_pool_provider",
)
_UNPROTECT = (
    "cannot destroy {} without setting deletion_protection=false and running `terraform apply`"
)


def refuses(type_: str, state: Value) -> str | None:
    """Return the provider's reason not to delete, None when it would go on."""
    if state.get("deletion_policy") == "PREVENT":
        noun = "project" if type_ == "google_project" else type_.removeprefix("google_")
        return f"Cannot destroy {noun} as deletion_policy is set to PREVENT."
    if state.get("deletion_protection") is not True:
        return None
    names = {key: state.get(key) for key in ("name", "id")}
    if type_ in _MESSAGES:
        return _MESSAGES[type_].format(**names)
    noun = _NOUNS.get(type_) or type_.rsplit("_", 1)[-1]
    return _UNPROTECT.format(noun.format(**names))


def abandons(type_: str, state: Value) -> bool:
    """Say whether the resource only leaves the state and stays in the cloud."""
    if type_ == "google_project_service":
        return state.get("disable_on_destroy") is False
    return state.get("deletion_policy") in {"ABANDON", "DISABLE"}


def lets_go(type_: str) -> bool:
    """Say whether nothing is left of an abandoned resource that would stand in anything's way.

    A destroy succeeds with an abandoned peering. Source: documentation of
    google_service_networking_connection, deletion_policy.
    """
    return type_ == "google_service_networking_connection"


def children(type_: str, state: Value, world: World) -> Iterator[tuple[str, str]]:
    """Yield type and id of what the cloud deletes with a resource."""
    names = {str(state[key]) for key in ("id", "name", "secret_id", "self_link") if state.get(key)}
    for child, argument in _CHILDREN.get(type_, ()):
        for one in world.of(child):
            if one.get(argument) in names:
                yield child, str(one["id"])


def reserved_name(type_: str, state: Value) -> str | None:
    """Return the name that nothing else may have for a while: Cloud SQL keeps an instance's for a
    week, IAM that of a pool or of a pool's provider for 30 days.

    Source: Cloud SQL documentation, "Delete instances"; `state` of
    google_iam_workload_identity_pool and google_iam_workload_identity_pool_provider.
    """
    if type_ in _SOFT_DELETED:
        return str(state["id"])
    return str(state["name"]) if type_ == "google_sql_database_instance" else None
