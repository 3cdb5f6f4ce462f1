"""A whole life of every environment."""

import pytest

from environments import load
from tests.repetition import environments
from tests.template import Template, platform, platforms, variant
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


def expected_addresses(template: Template) -> set[str]:
    return set(template.resources)


@pytest.mark.parametrize("name", environments())
def test_an_environment_lives(workspace: Workspace, name: str) -> None:
    template, world = platforms()[name], workspace.cloud.world
    workspace.write(template)
    workspace.run("init")
    workspace.run("validate")

    plan = workspace.plan()
    assert set(actions(plan)) == expected_addresses(template)
    assert {tuple(one) for one in actions(plan).values()} == {("create",)}

    workspace.run("apply", "plan")
    assert workspace.unchanged()
    outputs = workspace.outputs()
    assert outputs["project_id"] == load()[name].project_id
    assert set(outputs["services"]) == set(load()[name].services)

    [(id_, _)] = world.resources["google_artifact_registry_repository"].items()
    world.drift("google_artifact_registry_repository", id_, description="changed by hand")
    [bucket] = [one for one in world.resources["google_storage_bucket"] if "static" in one]
    world.delete("google_storage_bucket", bucket)
    drifted = actions(workspace.plan())
    assert drifted["google_artifact_registry_repository.services"] == ["update"]
    assert drifted["google_storage_bucket.static_assets"] == ["create"]
    workspace.run("apply", "plan")
    assert workspace.unchanged()


@pytest.mark.parametrize("name", environments("dev"))
def test_a_change_of_size_replaces_nothing_that_holds_data(applied: Applied, name: str) -> None:
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
    found = actions(workspace.plan())
    assert found["google_sql_database_instance.main"] == ["update"]
    assert found["google_redis_instance.cache_us_central1"] == ["update"]
    assert found["google_storage_bucket.app_data"] == ["update"]
    assert found["google_cloud_run_v2_service.api_service_us_central1"] == ["update"]
    touched = {address: done for address, done in found.items() if address.startswith(STATEFUL)}
    assert [address for address, done in touched.items() if "delete" in done] == []
    workspace.run("apply", "plan")
    assert workspace.unchanged()


def test_an_unprotected_environment_can_be_destroyed(applied: Applied) -> None:
    workspace = applied(platforms()["dev"])
    workspace.run("destroy", "-auto-approve")
    kept = {
        type_: list(found)
        for type_, found in workspace.cloud.world.resources.items()
        if found and type_ not in {"google_project_service", "google_sql_user"}
    }
    # What the state lets go of and Google keeps: the abandoned peering, users and database.
    assert set(kept) <= {"google_service_networking_connection", "google_sql_database"}


def test_a_protected_environment_refuses_to_be_destroyed(applied: Applied) -> None:
    workspace = applied(platforms()["prod"])
    before = dict(workspace.cloud.world.resources["google_sql_database_instance"])
    refused = workspace.run("destroy", "-auto-approve", expect=1)
    assert "Instance cannot be destroyed" in refused.stderr
    assert workspace.cloud.world.resources["google_sql_database_instance"] == before


@pytest.mark.slow
def test_protection_is_lifted_in_place(applied: Applied) -> None:
    workspace = applied(platforms()["prod"])
    unprotected = platform(variant("prod", {"protect": False}))
    workspace.write(unprotected)
    found = actions(workspace.plan())
    assert found["google_sql_database_instance.main"] == ["update"]
    assert [address for address, done in found.items() if "delete" in done] == []
    workspace.run("apply", "plan")
    assert workspace.unchanged()
