"""Plans as the plugin SDK makes them.

Expected values: recorded from hashicorp/google 6.50.0, built from its source, on 2026-11-27 (plans
of the fixtures' stacks), and those of firewall, topic, user and bucket from the same provider.
"""

from __future__ import annotations

from typing import Any

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.protocol.values import UNKNOWN, conform
from offline.providers import providers

TYPES = (
    "google_pubsub_topic google_compute_firewall google_storage_bucket google_sql_user "
    "google_monitoring_alert_policy google_workflows_workflow google_bigquery_table "
    "google_secret_manager_secret google_secret_manager_secret_iam_member "
    "google_compute_global_address google_cloud_scheduler_job google_compute_backend_service "
    "google_logging_metric"
).split()


def planned(type_: str, config: dict[str, Any]) -> dict[str, Any]:
    """Plan a creation in project p."""
    google = providers(FakeCloud(), resources=TYPES, data_sources=[])["hashicorp/google"]
    whole = conform(google.schemas.resources[type_], config)
    settings = {"project": "p", "add_terraform_attribution_label": False}
    return google.plan(type_, None, whole, whole, settings).state


def test_empty_map_is_planned_as_null() -> None:
    assert planned("google_pubsub_topic", {"name": "t", "labels": {}})["labels"] is None


def test_unset_collection_in_a_set_is_empty() -> None:
    config = {"name": "f", "network": "n", "allow": [{"protocol": "all"}]}
    assert planned("google_compute_firewall", config)["allow"] == [{"protocol": "all", "ports": []}]


def test_unset_text_in_a_set_is_empty_and_unset_number_null() -> None:
    rule = {"action": [{"type": "Delete"}], "condition": [{"num_newer_versions": 3}]}
    config = {"name": "b", "location": "EU", "lifecycle_rule": [rule]}
    [plan] = planned("google_storage_bucket", config)["lifecycle_rule"]
    assert plan["action"] == [{"type": "Delete", "storage_class": ""}]
    [condition] = plan["condition"]
    assert condition["created_before"] == ""
    assert condition["matches_prefix"] == []
    assert condition["age"] is None
    assert condition["with_state"] is UNKNOWN


@pytest.mark.parametrize(
    ("type_", "config", "name"),
    [
        ("google_sql_user", {"instance": "i", "name": "u", "type": "BUILT_IN"}, "type"),
        (
            "google_compute_global_address",
            {"name": "a", "address_type": "EXTERNAL"},
            "address_type",
        ),
        (
            "google_cloud_scheduler_job",
            {"name": "j", "region": "r", "attempt_deadline": "180s"},
            "attempt_deadline",
        ),
    ],
)
def test_difference_that_is_suppressed_is_not_planned_at_creation(
    type_: str, config: dict[str, Any], name: str
) -> None:
    assert planned(type_, config)[name] is None


def test_collection_with_an_unknown_value_is_unknown() -> None:
    policy = {"display_name": "a", "combiner": "OR", "notification_channels": [UNKNOWN, "c"]}
    assert planned("google_monitoring_alert_policy", policy)["notification_channels"] is UNKNOWN
    workflow = {"name": "w", "user_env_vars": {"A": "1", "B": UNKNOWN}}
    assert planned("google_workflows_workflow", workflow)["user_env_vars"] is UNKNOWN


def test_state_function_writes_the_planned_value() -> None:
    bucket = {"name": "b", "location": "europe-west8"}
    assert planned("google_storage_bucket", bucket)["location"] == "EUROPE-WEST8"
    table = {"dataset_id": "d", "table_id": "t", "schema": '[{"type": "DATE", "name": "day"}]'}
    assert planned("google_bigquery_table", table)["schema"] == '[{"name":"day","type":"DATE"}]'


def test_project_is_unknown_where_the_provider_plans_none() -> None:
    bucket = planned("google_storage_bucket", {"name": "b", "location": "EU"})
    assert bucket["project"] is UNKNOWN
    member = {"secret_id": "s", "role": "roles/viewer", "member": "user:a@example.com"}
    assert planned("google_secret_manager_secret_iam_member", member)["project"] is UNKNOWN
    assert planned("google_pubsub_topic", {"name": "t"})["project"] == "p"


def test_empty_annotations_and_labels_are_unknown_until_apply() -> None:
    secret = {"secret_id": "s", "replication": [{"auto": [{}]}]}
    plan = planned("google_secret_manager_secret", secret)
    assert plan["effective_annotations"] is UNKNOWN
    assert plan["terraform_labels"] is UNKNOWN


def created(type_: str, config: dict[str, Any]) -> dict[str, Any]:
    """Plan and create a resource in project p, without the rules of its API."""
    google = providers(FakeCloud(), resources=TYPES, data_sources=[])["hashicorp/google"]
    whole = conform(google.schemas.resources[type_], config)
    settings = {"project": "p", "region": "us-central1"}
    plan = google.plan(type_, None, whole, whole, settings).state
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("offline.engine.google.check", lambda *_: None)
        return google.create(type_, plan, whole, settings)


def test_state_has_zero_values_where_read_sets_them() -> None:
    bucket = created("google_storage_bucket", {"name": "b", "location": "EU"})
    assert bucket["requester_pays"] is False
    assert bucket["labels"] is None
    service = created("google_compute_backend_service", {"name": "b"})
    assert service["description"] == ""
    assert service["affinity_cookie_ttl_sec"] == 0
    assert service["custom_request_headers"] is None


def test_state_keeps_null_where_read_sets_nothing() -> None:
    workflow = created("google_workflows_workflow", {"name": "w", "region": "us-central1"})
    assert workflow["name_prefix"] is None
    assert workflow["description"] is not None


def test_computed_enumerations_are_those_of_a_healthy_resource() -> None:
    service = created("google_compute_backend_service", {"name": "b"})
    assert (service["port_name"], service["timeout_sec"]) == ("http", 30)
    secret = created(
        "google_secret_manager_secret", {"secret_id": "s", "replication": [{"auto": [{}]}]}
    )
    assert secret["expire_time"] == ""
