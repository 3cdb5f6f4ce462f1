"""A directory of somebody else's with `offline.terraform.genuine`: aliases, functions, a bucket."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offline.terraform.genuine import Genuine
from offline.terraform.session import TerraformError
from tests.provider.result import Result, step
from tests.provider.terraform import FailedError, errors

CONFIGURATION = """
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
    random = { source = "hashicorp/random" }
  }
  provider_meta "google" {
    module_name = "blueprints/terraform/terraform-google-network/v11.1.1"
  }
  backend "gcs" { bucket = "states-of-somebody" }
}
provider "google" {
  project = "one-project"
  region  = "us-central1"
}
provider "google" {
  alias                       = "other"
  project                     = "other-project"
  region                      = "europe-west1"
  impersonate_service_account = "deployer@other-project.iam.gserviceaccount.com"
}
resource "random_id" "suffix" { byte_length = 2 }
resource "google_compute_network" "here" {
  name                    = "net-${random_id.suffix.hex}"
  auto_create_subnetworks = false
}
resource "google_compute_address" "here" { name = "address" }
resource "google_compute_address" "there" {
  provider = google.other
  name     = "address"
}
data "google_compute_address" "there" {
  provider   = google.other
  name       = "address"
  depends_on = [google_compute_address.there]
}
data "google_monitoring_uptime_check_ips" "all" {}
data "google_cloud_run_locations" "all" {}
data "google_iam_testable_permissions" "all" {
  full_resource_name = "//cloudresourcemanager.googleapis.com/projects/one-project"
}
output "places" {
  value = [
    google_compute_address.here.id,
    data.google_compute_address.there.id,
    provider::google::region_from_id(google_compute_address.there.id),
  ]
}
"""
PLACES = [
    "projects/one-project/regions/us-central1/addresses/address",
    "projects/other-project/regions/europe-west1/addresses/address",
    "europe-west1",
]
"""Identifiers as the provider's documentation of google_compute_address has them."""


def run(folder: Path, mirror: Path) -> Result:
    """Apply, plan and destroy the directory, and return what became of it."""
    result = Result("somebody's directory")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf").write_text(CONFIGURATION, encoding="utf-8")
    begun = time.monotonic()
    with Genuine(mirror=mirror) as genuine:
        with _errors(result, "applied"):
            genuine.terraform("init", chdir=folder)
            genuine.terraform("apply", "-auto-approve", chdir=folder)
            printed = json.loads(genuine.terraform("output", "-json", chdir=folder).stdout)
            if printed["places"]["value"] != PLACES:
                raise FailedError(f"the outputs are {printed}")
            result.resources = len(genuine.terraform("state", "list", chdir=folder).stdout.split())
        with _errors(result, "second plan"):
            genuine.terraform("plan", "-detailed-exitcode", chdir=folder)
        with _errors(result, "destroyed"):
            genuine.terraform("destroy", "-auto-approve", chdir=folder)
        server = genuine.served.server
        with step(result, "callers"):
            callers = {entry.caller for entry in server.requests if "other-project" in entry.path}
            if "serviceAccount:deployer@other-project.iam.gserviceaccount.com" not in callers:
                raise FailedError(f"the callers of the impersonated account are {callers}")
        result.rejected, result.mistakes = server.rejected, server.mistakes
        result.requests = Counter(entry.method.partition(".")[0] for entry in server.requests)
    result.seconds = time.monotonic() - begun
    return result


@contextmanager
def _errors(result: Result, name: str) -> Iterator[None]:
    """Note how a step ended."""
    with step(result, name):
        try:
            yield
        except TerraformError as error:
            raise FailedError(errors(str(error))) from error
