"""Tests of the lifecycle of an environment: apply, drift, resize, and destroy."""

import pytest

from environments import load
from tests.repetition import environments
from tests.template import platform, platforms, variant
from tests.terraform.conftest import Applied
from tests.terraform.workspace import Workspace, actions

STATEFUL = (
    "google_compute_network",
    "google_compute_subnetwork",
    "google_redis_instance",
    "google_secret_manager_secret.",
    "google_sql_database",
    "google_storage_bucket.",
)


@pytest.mark.parametrize("name", environments())
def test_apply_converges_and_repairs_drift(workspace: Workspace, name: str) -> None:
    template, world = platforms()[name], workspace.cloud.fake_cloud
    workspace.write(template)
    workspace.run("init")
    workspace.run("validate")

    plan = workspace.plan()
    assert set(actions(plan)) == set(template.resources)
    assert {tuple(names) for names in actions(plan).values()} == {("create",)}

    workspace.run("apply", "plan")
    assert workspace.is_unchanged()
    outputs = workspace.outputs()
    assert outputs["project_id"] == load()[name].project_id
    assert set(outputs["services"]) == set(load()[name].services)

    [(id_, _)] = world.resources["google_artifact_registry_repository"].items()
    world.drift("google_artifact_registry_repository", id_, description="changed by hand")
    [bucket] = [name for name in world.resources["google_storage_bucket"] if "static" in name]
    world.delete("google_storage_bucket", bucket)
    drifted = actions(workspace.plan())
    assert drifted["google_artifact_registry_repository.services"] == ["update"]
    assert drifted["google_storage_bucket.static_assets"] == ["create"]
    workspace.run("apply", "plan")
    assert workspace.is_unchanged()


@pytest.mark.parametrize("name", environments("dev"))
def test_resize_replaces_no_stateful_resource(applied: Applied, name: str) -> None:
    workspace = applied(platforms()[name])
    bigger = {
        "database.tier": "db-custom-16-61440",
        "cache.memory_gb": 12,
        "storage.noncurrent_days": 60,
        "services.api.max_instances": 9,
        "services.api.min_instances": 1,
        "services.api.memory": "8Gi",
    }
    workspace.write(platform(variant(name, bigger)))
    planned = actions(workspace.plan())
    assert planned["google_sql_database_instance.main"] == ["update"]
    assert planned["google_redis_instance.cache_us_central1"] == ["update"]
    assert planned["google_storage_bucket.app_data"] == ["update"]
    assert planned["google_cloud_run_v2_service.api_service_us_central1"] == ["update"]
    touched = {address: names for address, names in planned.items() if address.startswith(STATEFUL)}
    assert [address for address, names in touched.items() if "delete" in names] == []
    workspace.run("apply", "plan")
    assert workspace.is_unchanged()


@pytest.mark.parametrize(
    ("key", "value", "replaced"),
    [
        (
            "storage.backups.location",
            "US",
            {
                "google_storage_bucket.backups",
                "google_storage_bucket.app_data_copy",
                "google_storage_bucket_iam_member.backups_database",
                "google_storage_bucket_iam_member.export_object_creator",
            },
        ),
        (
            "cost.export.location",
            "EU",
            {
                "google_bigquery_dataset.cost",
                "google_bigquery_table.daily_cost_report",
                "google_bigquery_dataset_iam_member.cost_report_cost",
            },
        ),
        ("domain.name", "other.example.com", {"google_monitoring_uptime_check_config.api"}),
    ],
)
def test_change_that_replaces_a_resource_replaces_what_is_deleted_with_it(
    applied: Applied, key: str, value: str, replaced: set[str]
) -> None:
    workspace = applied(platform(variant("prod", {"protect": False})))
    workspace.write(platform(variant("prod", {"protect": False, key: value})))
    planned = actions(workspace.plan())
    assert replaced <= {address for address, names in planned.items() if len(names) == 2}
    workspace.run("apply", "plan")
    assert workspace.is_unchanged()


def test_destroy_removes_unprotected_environment(applied: Applied) -> None:
    workspace = applied(platforms()["dev"])
    workspace.run("destroy", "-auto-approve")
    remaining = {
        type_
        for type_, resources in workspace.cloud.fake_cloud.resources.items()
        if resources and type_ not in {"google_project_service", "google_sql_user"}
    }
    # Terraform removes the abandoned peering, users, and database from the state only.
    assert remaining <= {"google_service_networking_connection", "google_sql_database"}


def test_destroy_fails_when_environment_is_protected(applied: Applied) -> None:
    workspace = applied(platforms()["prod"])
    before = set(workspace.cloud.fake_cloud.resources["google_sql_database_instance"])
    result = workspace.run("destroy", "-auto-approve", expect=1)
    assert "Instance cannot be destroyed" in result.stderr
    after = workspace.cloud.fake_cloud.resources["google_sql_database_instance"]
    assert set(after) == before
    assert all(instance["deletion_protection"] for instance in after.values())


@pytest.mark.slow
def test_unprotect_updates_resources_in_place(applied: Applied) -> None:
    workspace = applied(platforms()["prod"])
    unprotected = platform(variant("prod", {"protect": False}))
    workspace.write(unprotected)
    planned = actions(workspace.plan())
    assert planned["google_sql_database_instance.main"] == ["update"]
    assert [address for address, names in planned.items() if "delete" in names] == []
    workspace.run("apply", "plan")
    assert workspace.is_unchanged()
