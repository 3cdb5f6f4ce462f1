"""Data sources of what Terraform created, through the protocol.

Values were recorded from google 6.50.0 with Terraform 1.11.4 on 2026-11-27, in front of the served
Google.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from offline.terraform.session import Offline

CONFIGURATION = """
terraform {
  required_providers { google = { source = "hashicorp/google" } }
}
provider "google" {
  project = "p-one-example"
  region  = "europe-west1"
}
resource "google_project_service" "compute" { service = "compute.googleapis.com" }
resource "google_compute_network" "it" {
  name                    = "network"
  auto_create_subnetworks = false
  depends_on              = [google_project_service.compute]
}
resource "google_compute_address" "it" {
  name       = "address"
  depends_on = [google_project_service.compute]
}
resource "google_compute_global_address" "it" {
  name       = "address"
  depends_on = [google_project_service.compute]
}
resource "google_folder" "it" {
  display_name        = "folder"
  parent              = "organizations/1122334455"
  deletion_protection = false
}
data "google_compute_network" "it" { name = google_compute_network.it.name }
data "google_compute_address" "it" { name = google_compute_address.it.name }
data "google_compute_global_address" "it" { name = google_compute_global_address.it.name }
data "google_folder" "it" { folder = google_folder.it.name }
"""


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("stack")
    (folder / "main.tf").write_text(CONFIGURATION)
    with Offline() as offline:
        offline.terraform("init", chdir=folder)
        offline.terraform("apply", "-auto-approve", chdir=folder)
        shown = json.loads(offline.terraform("show", "-json", chdir=folder).stdout)
    return {one["address"]: one["values"] for one in shown["values"]["root_module"]["resources"]}


@pytest.mark.parametrize("type_", ["google_compute_address", "google_compute_global_address"])
def test_address_has_no_users_since_the_provider_declares_one_text(
    values: dict[str, dict[str, Any]], type_: str
) -> None:
    found = values[f"data.{type_}.it"]
    expected = {"users": None, "status": "RESERVED", "network_tier": "PREMIUM", "subnetwork": ""}
    assert expected.items() <= found.items()
    assert found["address"] == values[f"{type_}.it"]["address"]


def test_network_has_its_number_as_a_number(values: dict[str, dict[str, Any]]) -> None:
    own, found = values["google_compute_network.it"], values["data.google_compute_network.it"]
    assert found["network_id"] == int(own["numeric_id"])
    assert (found["subnetworks_self_links"], found["project"]) == ([], None)


def test_folder_is_found_by_its_name(values: dict[str, dict[str, Any]]) -> None:
    own, found = values["google_folder.it"], values["data.google_folder.it"]
    assert own["id"] == own["name"] == f"folders/{own['folder_id']}"
    assert own["lifecycle_state"] == "ACTIVE"
    assert {**own, "folder": own["name"], "lookup_organization": False}.items() <= {
        **found,
        "tags": own["tags"],
        "timeouts": own["timeouts"],
    }.items()
