"""The provider with the genuine Terraform core."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline.terraform.session import Offline

HERE = Path(__file__).parent / "directory"
NETWORK, ADDRESS = "google_compute_network", "google_compute_address"


def copy(folder: Path) -> Path:
    shutil.copytree(HERE, folder)
    return folder


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Offline, Path]]:
    folder = copy(tmp_path_factory.mktemp("hcl") / "root")
    with Offline() as offline:
        offline.terraform("init", chdir=folder)
        offline.terraform("validate", chdir=folder)
        offline.terraform("apply", "-auto-approve", chdir=folder)
        yield offline, folder


@pytest.fixture
def again(applied: tuple[Offline, Path]) -> Iterator[tuple[Offline, Path]]:
    """Provide the applied directory, to be changed: put back afterwards."""
    offline, folder = applied
    yield applied
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    (folder / "more.tf").unlink(missing_ok=True)
    offline.terraform("apply", "-auto-approve", chdir=folder)


def changes(offline: Offline, folder: Path, *options: str) -> dict[str, list[str]]:
    """Return what a plan would do, by address."""
    offline.terraform("plan", "-out=plan", *options, chdir=folder)
    plan = json.loads(offline.terraform("show", "-json", "plan", chdir=folder).stdout)
    return {
        item["address"]: item["change"]["actions"]
        for item in plan["resource_changes"]
        if item["change"]["actions"] not in (["no-op"], ["read"])
    }


def outputs(offline: Offline, folder: Path) -> dict[str, Any]:
    content = json.loads(offline.terraform("output", "-json", chdir=folder).stdout)
    return {name: item["value"] for name, item in content.items()}


def test_second_plan_is_empty(applied: tuple[Offline, Path]) -> None:
    assert changes(*applied) == {}


def test_aliases_have_their_own_project_and_region(applied: tuple[Offline, Path]) -> None:
    result = outputs(*applied)
    assert result["projects"] == ["first-project", "second-project", "beta-project"]
    assert result["regions"] == ["us-central1", "europe-west1"]
    cloud = applied[0].fake_cloud
    assert sorted(cloud.resources[ADDRESS]) == [
        "projects/beta-project/regions/us-east1/addresses/address",
        "projects/first-project/regions/us-central1/addresses/address-0",
        "projects/first-project/regions/us-central1/addresses/address-1",
        "projects/second-project/regions/europe-west1/addresses/address",
    ]
    assert "projects/second-project/global/networks/europe" in cloud.resources[NETWORK]


def test_data_sources_read_the_cloud(applied: tuple[Offline, Path]) -> None:
    assert outputs(*applied)["network"] == (
        "https://www.googleapis.com/compute/v1/projects/first-project/global/networks/alpha"
    )
    presumed = [
        event for event in applied[0].fake_cloud.events if event.reason == "presumed to exist"
    ]
    assert "default" in {item.name for item in presumed}


def test_outputs_have_merged_labels(applied: tuple[Offline, Path]) -> None:
    assert outputs(*applied)["labels"] == {
        "a": "b",
        "team": "a",
        "goog-terraform-provisioned": "true",
    }


def test_apply_repairs_drift_and_deletion(again: tuple[Offline, Path]) -> None:
    offline, folder = again
    cloud = offline.fake_cloud
    cloud.drift("google_pubsub_topic", "projects/first-project/topics/events", labels={"a": "z"})
    cloud.delete(ADDRESS, "projects/beta-project/regions/us-east1/addresses/address")
    assert changes(offline, folder) == {
        "google_pubsub_topic.events": ["update"],
        "google_compute_address.beta": ["create"],
    }
    offline.terraform("apply", "-auto-approve", chdir=folder)
    assert changes(offline, folder) == {}


def test_larger_range_updates_and_new_name_replaces(again: tuple[Offline, Path]) -> None:
    offline, folder = again
    planned = changes(offline, folder, "-var=range=10.0.0.0/16", "-var=address=other")
    assert planned['module.network["alpha"].google_compute_subnetwork.this'] == ["update"]
    assert planned["google_compute_address.many[0]"] == ["delete", "create"]
    assert planned["random_pet.name"] == ["delete", "create"]
    assert "google_compute_instance.machine" not in planned


def test_moved_block_changes_address_only(again: tuple[Offline, Path]) -> None:
    offline, folder = again
    text = (folder / "main.tf").read_text()
    old, new = "google_compute_address.europe", "google_compute_address.moved"
    text = text.replace('"google_compute_address" "europe"', '"google_compute_address" "moved"')
    (folder / "main.tf").write_text(text.replace(f"{old}.region", f"{new}.region"))
    (folder / "more.tf").write_text(f"moved {{\n  from = {old}\n  to = {new}\n}}\n")
    assert changes(offline, folder) == {}
    shown = offline.terraform("plan", chdir=folder).stdout
    assert f"{old} has moved to {new}" in shown


@pytest.mark.parametrize(
    ("address", "id_"),
    [
        (
            "google_compute_address.many[0]",
            "projects/first-project/regions/us-central1/addresses/address-0",
        ),
        ('module.network["alpha"].google_compute_network.this', "alpha"),
        ("google_pubsub_topic.events", "first-project/events"),
        ("google_container_cluster.cluster", "us-central1/cluster"),
    ],
)
def test_import_block_imports_existing_resource(
    again: tuple[Offline, Path], address: str, id_: str
) -> None:
    offline, folder = again
    offline.terraform("state", "rm", address, chdir=folder)
    (folder / "more.tf").write_text(f'import {{\n  to = {address}\n  id = "{id_}"\n}}\n')
    shown = offline.terraform("plan", chdir=folder).stdout
    assert "Plan: 1 to import, 0 to add," in shown
    assert "0 to destroy" in shown
    offline.terraform("apply", "-auto-approve", chdir=folder)
    assert changes(offline, folder) == {}


def test_import_of_missing_resource_is_an_error(again: tuple[Offline, Path]) -> None:
    offline, folder = again
    offline.terraform("state", "rm", "google_compute_address.beta", chdir=folder)
    [live] = [
        resource
        for resource in offline.fake_cloud.of(ADDRESS)
        if resource["project"] == "beta-project"
    ]
    offline.fake_cloud.delete(ADDRESS, live["id"])
    done = offline.terraform(
        "import", "google_compute_address.beta", "address", chdir=folder, check=False
    )
    assert "Cannot import non-existent remote object" in done.stderr


def test_target_replace_and_refresh_only_options(applied: tuple[Offline, Path]) -> None:
    result = "random_pet.name"
    assert changes(*applied, f"-target={result}", f"-replace={result}") == {
        result: ["delete", "create"]
    }
    applied[0].terraform("apply", "-refresh-only", "-auto-approve", chdir=applied[1])


def test_state_without_new_attribute_is_read(again: tuple[Offline, Path]) -> None:
    offline, folder = again
    file = folder / "terraform.tfstate"
    state = json.loads(file.read_text())
    for resource in state["resources"]:
        if resource["type"] == NETWORK:
            resource["instances"][0]["attributes"]["an_old_one"] = 1
    state["serial"] += 1
    file.write_text(json.dumps(state))
    assert changes(offline, folder) == {}


def test_deletion_protection_blocks_destroy_until_it_is_off(tmp_path: Path) -> None:
    text = """
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}
provider "google" {
  project = "p"
}
variable "protect" {
  default = true
}
resource "google_project_service" "apis" {
  for_each = toset(["secretmanager"])
  service  = "${each.key}.googleapis.com"
}
resource "google_secret_manager_secret" "kept" {
  secret_id           = "kept"
  deletion_protection = var.protect
  replication {
    auto {}
  }
  depends_on = [google_project_service.apis]
}
"""
    (tmp_path / "main.tf").write_text(text)
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        offline.terraform("apply", "-auto-approve", chdir=tmp_path)
        refused = offline.terraform("destroy", "-auto-approve", chdir=tmp_path, check=False)
        assert refused.returncode == 1
        assert "without setting deletion_protection=false" in " ".join(refused.stderr.split())
        assert offline.fake_cloud.of("google_secret_manager_secret")
        free = "-var=protect=false"
        offline.terraform("apply", "-auto-approve", free, chdir=tmp_path)
        offline.terraform("destroy", "-auto-approve", free, chdir=tmp_path)
        assert offline.fake_cloud.resources == {}


def test_apply_error_has_the_api_message(tmp_path: Path) -> None:
    text = """
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}
resource "google_project_service" "other" {
  project = "p"
  service = "run.googleapis.com"
}
resource "google_compute_network" "one" {
  name       = "one"
  project    = google_project_service.other.project
}
"""
    (tmp_path / "main.tf").write_text(text)
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        refused = offline.terraform("apply", "-auto-approve", chdir=tmp_path, check=False)
        assert (
            "Error creating Network: googleapi: Error 403: compute.googleapis.com API has not"
            in (" ".join(refused.stderr.split()))
        )
        assert not offline.fake_cloud.of(NETWORK)
        assert offline.fake_cloud.events[-1].action == "refuse"
