"""What keeps a resource from being deleted before Google is even asked: arguments that only the
provider knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Value = Mapping[str, Any]

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
_UNPROTECT = (
    "cannot destroy {} without setting deletion_protection=false and running `terraform apply`"
)


def deletion_error(type_: str, state: Value) -> str | None:
    """Return the provider's reason not to delete, None when it would continue."""
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


def is_abandoned(type_: str, state: Value) -> bool:
    """Say whether the resource only leaves the state and stays in the cloud."""
    if type_ == "google_project_service":
        return state.get("disable_on_destroy") is False
    return state.get("deletion_policy") in {"ABANDON", "DISABLE"}


def is_forgotten(type_: str) -> bool:
    """Report whether an abandoned resource leaves nothing in the cloud that blocks a change.

    A destroy succeeds with an abandoned peering. Source: documentation of
    google_service_networking_connection, deletion_policy.
    """
    return type_ == "google_service_networking_connection"
