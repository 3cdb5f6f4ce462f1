"""One world behind two doors: the embedded provider, and REST."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from offline.terraform.session import Offline


def send(url: str, verb: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=verb)  # noqa: S310
    with urlopen(request) as response:  # noqa: S310
        return json.loads(response.read() or b"{}")


def test_session_serves_same_state_bucket_over_rest(tmp_path: Path) -> None:
    with Offline(tmp_path, providers=(), state_buckets=["states"]) as offline:
        offline.bucket.store.insert("states", "a.tfstate", b"{}")
        url = offline.serve()
        assert offline.serve() == url
        listed = send(f"{url}/storage/storage/v1/b/states/o", "GET")
    assert [item["name"] for item in listed["items"]] == ["a.tfstate"]


def test_session_keeps_served_resources_in_its_folder(tmp_path: Path) -> None:
    place = "pubsub/v1/projects/p-one/topics/t"
    with Offline(tmp_path, providers=()) as offline:
        send(f"{offline.serve()}/{place}", "PUT", {})
    with Offline(tmp_path, providers=()) as offline:
        assert send(f"{offline.serve()}/{place}", "GET")["name"] == "projects/p-one/topics/t"


SERVICE = """
terraform {
  required_providers { google = { source = "hashicorp/google" } }
}
provider "google" {
  project = "p-one"
  region  = "us-central1"
}
resource "google_project_service" "run" { service = "run.googleapis.com" }
resource "google_cloud_run_v2_service" "api" {
  name                = "api"
  location            = "us-central1"
  deletion_protection = false
  template {
    containers { image = "gcr.io/p-one/api:1" }
  }
  depends_on = [google_project_service.run]
}
"""
PLACE = "run/v2/projects/p-one/locations/us-central1/services/api"


def directory(folder: Path) -> Path:
    folder.mkdir()
    (folder / "main.tf").write_text(SERVICE)
    return folder


def changes(offline: Offline, chdir: Path) -> dict[str, list[str]]:
    offline.terraform("plan", "-out=plan", chdir=chdir)
    plan = json.loads(offline.terraform("show", "-json", "plan", chdir=chdir).stdout)
    return {
        item["address"]: item["change"]["actions"]
        for item in plan["resource_changes"]
        if item["change"]["actions"] != ["no-op"]
    }


def test_changes_over_rest_are_drift_of_terraform(tmp_path: Path) -> None:
    stack = directory(tmp_path / "stack")
    with Offline(tmp_path / "kept") as offline:
        offline.terraform("init", chdir=stack)
        offline.terraform("apply", "-auto-approve", chdir=stack)
        url = f"{offline.serve()}/{PLACE}"
        assert send(url, "GET")["template"]["containers"][0]["image"] == "gcr.io/p-one/api:1"
        assert changes(offline, stack) == {}
        send(url, "PATCH", {"template": {"containers": [{"image": "gcr.io/p-one/api:2"}]}})
        assert changes(offline, stack) == {"google_cloud_run_v2_service.api": ["update"]}
        offline.terraform("apply", "-auto-approve", chdir=stack)
        assert send(url, "GET")["template"]["containers"][0]["image"] == "gcr.io/p-one/api:1"
    with Offline(tmp_path / "kept") as offline:
        assert changes(offline, stack) == {}
        send(f"{offline.serve()}/{PLACE}", "DELETE")
        assert changes(offline, stack) == {"google_cloud_run_v2_service.api": ["create"]}


KEYS = """
provider "google" { project = "p-one" }
resource "google_kms_key_ring" "main" {
  name     = "ring"
  location = "us"
}
resource "google_kms_key_ring_iam_member" "main" {
  for_each    = toset(["p-one/us/ring", "us/ring"])
  key_ring_id = each.key
  role        = "roles/cloudkms.admin"
  member      = "user:${length(each.key)}@example.com"
  depends_on  = [google_kms_key_ring.main]
}
"""


def test_grant_on_a_key_ring_takes_the_short_ids_of_the_provider(tmp_path: Path) -> None:
    """Page "IAM policy for Google Cloud KMS key ring" of the provider: `key_ring_id`."""
    stack = tmp_path / "stack"
    stack.mkdir()
    (stack / "main.tf").write_text(KEYS)
    with Offline(tmp_path / "kept") as offline:
        offline.terraform("init", chdir=stack)
        offline.terraform("apply", "-auto-approve", chdir=stack)
        ring = "cloudkms/v1/projects/p-one/locations/us/keyRings/ring"
        policy = send(f"{offline.serve()}/{ring}:getIamPolicy", "GET")
        members = {"user:13@example.com", "user:7@example.com"}
        assert set(policy["bindings"][0]["members"]) == members
        assert changes(offline, stack) == {}


DATABASES = """
provider "google" {
  project = "PROJECT"
  region  = "us-central1"
}
resource "google_sql_database_instance" "main" {
  name                = "main"
  database_version    = "POSTGRES_15"
  deletion_protection = false
  settings { tier = "TIER" }
}
resource "google_sql_user" "app" {
  name     = "app"
  password = "x"
  instance = google_sql_database_instance.main.name
}
"""


def test_projects_of_one_world_can_have_the_same_names(tmp_path: Path) -> None:
    """The provider's ids of instances and users lack the project."""
    tiers = {"p-one": "db-f1-micro", "p-two": "db-g1-small"}
    for project, tier in tiers.items():
        (tmp_path / project).mkdir()
        text = DATABASES.replace("PROJECT", project).replace("TIER", tier)
        (tmp_path / project / "main.tf").write_text(text)
    with Offline(tmp_path / "kept") as offline:
        for project in tiers:
            offline.terraform("init", chdir=tmp_path / project)
            offline.terraform("apply", "-auto-approve", chdir=tmp_path / project)
        assert [changes(offline, tmp_path / project) for project in tiers] == [{}, {}]
        for project, tier in tiers.items():
            place = f"sqladmin/sql/v1beta4/projects/{project}/instances/main"
            assert send(f"{offline.serve()}/{place}", "GET")["settings"]["tier"] == tier
        moved = DATABASES.replace("PROJECT", "p-three").replace("TIER", "db-f1-micro")
        (tmp_path / "p-one" / "main.tf").write_text(moved)
        offline.terraform("apply", "-auto-approve", chdir=tmp_path / "p-one")
        assert [changes(offline, tmp_path / project) for project in tiers] == [{}, {}]
