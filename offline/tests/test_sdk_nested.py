"""Defaults and replacements in nested blocks, of types without facts.

Expected values: recorded from hashicorp/google 6.50.0, built from its source, on 2026-11-27.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_planning import Bench

from offline.terraform.session import Offline

CONFIGURATION = """
variable "size" { default = 10 }
variable "topic" { default = "a" }
variable "asn" { default = 64514 }
provider "google" {
  project = "p-one"
  region  = "europe-west1"
}
resource "google_compute_network" "main" { name = "main" }
resource "google_compute_instance" "main" {
  name         = "main"
  zone         = "europe-west1-b"
  machine_type = "e2-small"
  boot_disk {
    initialize_params {
      image = "projects/debian-cloud/global/images/debian-12-bookworm-v20260101"
      size  = var.size
    }
  }
  network_interface { network = google_compute_network.main.id }
}
resource "google_eventarc_trigger" "main" {
  name     = "main"
  location = "europe-west1"
  matching_criteria {
    attribute = "type"
    value     = "google.cloud.pubsub.topic.v1.messagePublished"
  }
  destination {
    cloud_run_service {
      service = "s"
      region  = "europe-west1"
    }
  }
  transport {
    pubsub { topic = "projects/p-one/topics/${var.topic}" }
  }
}
resource "google_compute_router" "main" {
  name    = "main"
  network = google_compute_network.main.id
  bgp { asn = var.asn }
}
"""


def planned(type_: str, config: dict[str, Any]) -> dict[str, Any]:
    """Plan a creation."""
    bench = Bench(type_)
    state: dict[str, Any] = bench.plan(type_, config).state
    return state


def test_defaults_are_planned_in_blocks() -> None:
    cluster = {"cluster_id": "c", "zone": "europe-west1-b", "num_nodes": 1}
    instance = planned("google_bigtable_instance", {"name": "i", "cluster": [cluster]})
    assert instance["cluster"][0]["storage_type"] == "SSD"
    assert instance["cluster"][0]["node_scaling_factor"] == "NodeScalingFactor1X"
    basic = {"conditions": [{"members": ["user:a@example.com"]}]}
    config = {"name": "accessPolicies/1/accessLevels/l", "parent": "accessPolicies/1", "title": "l"}
    level = planned("google_access_context_manager_access_level", {**config, "basic": [basic]})
    assert level["basic"][0]["combining_function"] == "AND"


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("nested")
    (folder / "main.tf").write_text(CONFIGURATION, "utf-8")
    with Offline() as offline:
        offline.terraform("init", chdir=folder)
        offline.terraform("apply", "-auto-approve", chdir=folder)
        yield lambda *args: offline.terraform("plan", *args, chdir=folder).stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("size=20", "google_compute_instance.main must be replaced"),
        ("topic=b", "google_eventarc_trigger.main must be replaced"),
        ("asn=64515", "google_compute_router.main will be updated in-place"),
    ],
)
def test_change_in_a_block_replaces_where_the_provider_does(
    applied: Any, change: str, said: str
) -> None:
    output = applied("-var", change)
    assert said in output
    assert output.count(" must be replaced") + output.count(" will be updated") == 1
