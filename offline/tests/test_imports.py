"""Import IDs in the genuine Terraform core: each form of the provider's documentation.

What is found, and every error, was recorded from google 6.50.0 with Terraform 1.11.4 on 2026-11-27,
in front of the served Google.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.terraform.session import Offline

MAIN = """
terraform {
  required_providers { google = { source = "hashicorp/google" } }
}
provider "google" {
  project = "p-one-example"
  region  = "europe-west1"
}
resource "google_project_service" "apis" {
  for_each = toset(["compute", "pubsub", "iam", "run", "secretmanager", "sqladmin"])
  service  = "${each.key}.googleapis.com"
}
resource "google_compute_network" "n" {
  name                    = "n"
  auto_create_subnetworks = false
  depends_on              = [google_project_service.apis]
}
resource "google_compute_network" "m" {
  name                    = "m"
  auto_create_subnetworks = false
  depends_on              = [google_project_service.apis]
}
resource "google_compute_subnetwork" "s" {
  name          = "s"
  network       = google_compute_network.n.id
  ip_cidr_range = "10.0.0.0/24"
}
resource "google_compute_network_peering" "p" {
  name         = "peer"
  network      = google_compute_network.n.self_link
  peer_network = google_compute_network.m.self_link
}
resource "google_pubsub_topic" "t" {
  name       = "topic"
  labels     = { a = "b" }
  depends_on = [google_project_service.apis]
}
resource "google_pubsub_topic_iam_member" "m" {
  topic  = google_pubsub_topic.t.id
  role   = "roles/pubsub.publisher"
  member = "user:a@example.com"
}
resource "google_pubsub_topic_iam_binding" "b" {
  topic   = google_pubsub_topic.t.id
  role    = "roles/pubsub.subscriber"
  members = ["user:a@example.com"]
}
resource "google_storage_bucket" "b" {
  name     = "p-one-example-b"
  location = "EU"
}
resource "google_storage_bucket_iam_member" "m" {
  bucket = google_storage_bucket.b.name
  role   = "roles/storage.admin"
  member = "user:a@example.com"
}
resource "google_service_account" "sa" {
  account_id = "runner-sa"
  depends_on = [google_project_service.apis]
}
resource "google_service_account_iam_member" "m" {
  service_account_id = google_service_account.sa.name
  role               = "roles/iam.serviceAccountUser"
  member             = "user:a@example.com"
}
resource "google_secret_manager_secret" "x" {
  secret_id = "x"
  replication {
    auto {}
  }
  depends_on = [google_project_service.apis]
}
resource "google_project_iam_custom_role" "r" {
  role_id     = "myRole"
  title       = "r"
  permissions = ["storage.buckets.get"]
  depends_on  = [google_project_service.apis]
}
resource "google_sql_database_instance" "d" {
  name                = "d"
  region              = "us-east1"
  database_version    = "POSTGRES_15"
  deletion_protection = false
  settings { tier = "db-custom-2-7680" }
  depends_on = [google_project_service.apis]
}
resource "google_service_account_key" "k" { service_account_id = google_service_account.sa.name }
"""
ACCOUNT = "projects/p-one-example/serviceAccounts/runner-sa@p-one-example.iam.gserviceaccount.com"
ACCEPTED = [
    ("google_compute_network.n", "n"),
    ("google_compute_network.n", "p-one-example/n"),
    ("google_compute_network.n", "projects/p-one-example/global/networks/n"),
    ("google_compute_subnetwork.s", "s"),
    ("google_compute_subnetwork.s", "europe-west1/s"),
    ("google_compute_subnetwork.s", "p-one-example/europe-west1/s"),
    ("google_compute_network_peering.p", "p-one-example/n/peer"),
    ("google_pubsub_topic.t", "topic"),
    (
        "google_pubsub_topic_iam_member.m",
        "projects/p-one-example/topics/topic roles/pubsub.publisher user:a@example.com",
    ),
    ("google_pubsub_topic_iam_member.m", "topic roles/pubsub.publisher user:a@example.com"),
    ("google_pubsub_topic_iam_binding.b", "p-one-example/topic roles/pubsub.subscriber"),
    ("google_storage_bucket.b", "p-one-example/p-one-example-b"),
    (
        "google_storage_bucket_iam_member.m",
        "b/p-one-example-b roles/storage.admin user:a@example.com",
    ),
    (
        "google_storage_bucket_iam_member.m",
        "p-one-example-b roles/storage.admin user:a@example.com",
    ),
    ("google_service_account.sa", ACCOUNT),
    (
        "google_service_account_iam_member.m",
        f"{ACCOUNT} roles/iam.serviceAccountUser user:a@example.com",
    ),
    ("google_secret_manager_secret.x", "x"),
    ("google_project_iam_custom_role.r", "myRole"),
    # The provider's region is another one, and no part of the ID.
    ("google_sql_database_instance.d", "p-one-example/d"),
]
REJECTED = [
    (
        "google_compute_network.n",
        "a/b/c/d",
        'Import id "a/b/c/d" doesn\'t match any of the accepted formats: '
        "[^projects/(?P<project>[^/]+)/global/networks/(?P<name>[^/]+)$ "
        "^(?P<project>[^/]+)/(?P<name>[^/]+)$ ^(?P<name>[^/]+)$]",
    ),
    ("google_compute_network.n", "none", "Cannot import non-existent remote object"),
    ("google_compute_subnetwork.s", "us-east1/s", "Cannot import non-existent remote object"),
    (
        "google_pubsub_topic_iam_member.m",
        "topic roles/pubsub.publisher",
        "Wrong number of parts to Member id [topic roles/pubsub.publisher]; expected "
        "'resource_name role member [condition_title]'.",
    ),
    ("google_service_account_key.k", "k", "resource google_service_account_key doesn't support"),
]


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Offline, Path]]:
    folder = tmp_path_factory.mktemp("imports")
    (folder / "main.tf").write_text(MAIN)
    with Offline() as offline:
        offline.terraform("init", chdir=folder)
        offline.terraform("apply", "-auto-approve", chdir=folder)
        yield offline, folder


@pytest.fixture
def forgetting(applied: tuple[Offline, Path]) -> Iterator[tuple[Offline, Path]]:
    """Provide the applied directory; its state is put back afterwards."""
    state = applied[1] / "terraform.tfstate"
    before = state.read_text("utf-8")
    yield applied
    state.write_text(before)


def test_every_documented_form_of_an_id_is_found(forgetting: tuple[Offline, Path]) -> None:
    offline, folder = forgetting
    for address, id_ in ACCEPTED:
        offline.terraform("state", "rm", address, chdir=folder)
        offline.terraform("import", address, id_, chdir=folder)
    plan = offline.terraform("plan", chdir=folder).stdout
    assert " to destroy" in plan
    assert "0 to add" in plan


def test_ids_that_name_nothing_are_rejected(forgetting: tuple[Offline, Path]) -> None:
    offline, folder = forgetting
    for address, id_, error in REJECTED:
        offline.terraform("state", "rm", address, chdir=folder, check=False)
        done = offline.terraform("import", address, id_, chdir=folder, check=False)
        assert error in " ".join(done.stderr.split()), done.stderr


def test_blocks_move_remove_import_and_check(forgetting: tuple[Offline, Path]) -> None:
    offline, folder = forgetting
    text = MAIN.replace('"google_compute_network" "m"', '"google_compute_network" "second"')
    text = text.replace("google_compute_network.m.", "google_compute_network.second.")
    start = text.index('resource "google_pubsub_topic" "t"')
    end = text.index('resource "google_storage_bucket" "b"')
    text = (
        text[:start]
        + text[end:]
        + """
moved {
  from = google_compute_network.m
  to   = google_compute_network.second
}
removed {
  from = google_pubsub_topic.t
  lifecycle { destroy = false }
}
removed {
  from = google_pubsub_topic_iam_member.m
  lifecycle { destroy = false }
}
removed {
  from = google_pubsub_topic_iam_binding.b
  lifecycle { destroy = false }
}
import {
  for_each = { a = "topic" }
  to       = google_pubsub_topic.again[each.key]
  id       = each.value
}
resource "google_pubsub_topic" "again" {
  for_each = toset(["a"])
  name     = "topic"
  labels   = { a = "b" }
}
check "bucket" {
  data "google_storage_bucket" "b" { name = "p-one-example-b" }
  assert {
    condition     = data.google_storage_bucket.b.location == "US"
    error_message = "The bucket is elsewhere."
  }
}
"""
    )
    try:
        (folder / "main.tf").write_text(text)
        offline.terraform("plan", "-out=plan", chdir=folder)
        plan = json.loads(offline.terraform("show", "-json", "plan", chdir=folder).stdout)
        done = offline.terraform("apply", "-auto-approve", chdir=folder)
    finally:
        (folder / "main.tf").write_text(MAIN)
    changes = {item["address"]: item for item in plan["resource_changes"]}
    assert changes["google_compute_network.second"]["previous_address"] == (
        "google_compute_network.m"
    )
    topic = changes['google_pubsub_topic.again["a"]']["change"]
    assert topic["importing"] == {"id": "topic"}
    assert topic["actions"] == ["update"], "the labels are not managed before"
    assert (topic["before"]["labels"], topic["before"]["terraform_labels"]) == ({}, {})
    assert topic["after"]["terraform_labels"] == {"a": "b", "goog-terraform-provisioned": "true"}
    assert changes["google_pubsub_topic.t"]["change"]["actions"] == ["forget"]
    assert "The bucket is elsewhere." in done.stdout
    assert "1 imported, 0 added, 1 changed, 0 destroyed" in done.stdout


def test_configuration_is_generated_for_imports(
    applied: tuple[Offline, Path], tmp_path: Path
) -> None:
    offline, _ = applied
    text = """
import {
  to = google_compute_subnetwork.found
  id = "s"
}
import {
  to = google_secret_manager_secret.found
  id = "x"
}
"""
    (tmp_path / "main.tf").write_text(MAIN[: MAIN.index("resource")] + text)
    offline.terraform("init", chdir=tmp_path)
    offline.terraform("plan", "-generate-config-out=found.tf", chdir=tmp_path)
    assert '"10.0.0.0/24"' in (tmp_path / "found.tf").read_text("utf-8")
    done = offline.terraform("apply", "-auto-approve", chdir=tmp_path)
    assert "2 imported, 0 added" in done.stdout
    again = offline.terraform("plan", "-detailed-exitcode", chdir=tmp_path, check=False)
    assert again.returncode == 0, again.stdout


def test_move_to_another_type_is_rejected(forgetting: tuple[Offline, Path]) -> None:
    offline, folder = forgetting
    block = """
moved {
  from = google_pubsub_topic.t
  to   = google_pubsub_schema.t
}
resource "google_pubsub_schema" "t" { name = "topic" }
"""
    start = MAIN.index('resource "google_pubsub_topic" "t"')
    end = MAIN.index('resource "google_storage_bucket" "b"')
    (folder / "main.tf").write_text(MAIN[:start] + MAIN[end:] + block)
    try:
        done = offline.terraform("plan", chdir=folder, check=False)
    finally:
        (folder / "main.tf").write_text(MAIN)
    assert (
        'The "google_pubsub_schema" resource type does not support moving resource state across '
        "resource types."
    ) in " ".join(done.stderr.split())
