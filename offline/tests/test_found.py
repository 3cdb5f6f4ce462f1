"""What clients create over REST, as the embedded provider finds it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rest_client import Client

from offline.__main__ import main
from offline.terraform.session import Offline, TerraformError

HEAD = """
terraform {
  required_providers { google = { source = "hashicorp/google" } }
}
provider "google" {
  project = "p-one"
  region  = "us-central1"
}
"""
STACK = """
resource "google_project_service" "secrets" {
  service = "secretmanager.googleapis.com"
}
resource "google_secret_manager_secret" "s" {
  secret_id = "key"
  replication {
    auto {}
  }
}
resource "google_secret_manager_secret_version" "v" {
  secret      = google_secret_manager_secret.s.id
  secret_data = "one"
}
resource "google_service_account" "a" {
  account_id   = "runner"
  display_name = "Runner"
}
resource "google_secret_manager_secret_iam_member" "m" {
  secret_id = google_secret_manager_secret.s.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.a.member
}
resource "google_compute_network" "n" {
  name                    = "shared"
  auto_create_subnetworks = false
}
"""
ACCOUNT = "runner@p-one.iam.gserviceaccount.com"
ACCESSOR = "roles/secretmanager.secretAccessor"
IMPORTS = {
    "google_project_service.secrets": "p-one/secretmanager.googleapis.com",
    "google_secret_manager_secret.s": "projects/p-one/secrets/key",
    "google_secret_manager_secret_version.v": "projects/p-one/secrets/key/versions/1",
    "google_service_account.a": f"projects/p-one/serviceAccounts/{ACCOUNT}",
    "google_secret_manager_secret_iam_member.m": (
        f"projects/p-one/secrets/key {ACCESSOR} serviceAccount:{ACCOUNT}"
    ),
    "google_compute_network.n": "shared",
}
SECRETS = "secretmanager/v1/projects/p-one/secrets"
GRANT = {"role": ACCESSOR, "members": [f"serviceAccount:{ACCOUNT}"]}
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    *(
        (f"serviceusage/v1/projects/p-one/services/{name}.googleapis.com:enable", {})
        for name in ("secretmanager", "iam", "compute")
    ),
    (f"{SECRETS}?secretId=key", {"replication": {"automatic": {}}}),
    (f"{SECRETS}/key:addVersion", {"payload": {"data": "b25l"}}),
    (
        "iam/v1/projects/p-one/serviceAccounts",
        {"accountId": "runner", "serviceAccount": {"displayName": "Runner"}},
    ),
    (f"{SECRETS}/key:setIamPolicy", {"policy": {"bindings": [GRANT]}}),
    (
        "compute/compute/v1/projects/p-one/global/networks",
        {"name": "shared", "autoCreateSubnetworks": False},
    ),
]


@pytest.fixture
def offline(tmp_path: Path) -> Iterator[Offline]:
    with Offline(tmp_path / "kept") as session:
        session.serve()
        client = Client(session.served.server)
        for path, body in REQUESTS:
            assert client("POST", path, body).status == 200
        yield session


def directory(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / "main.tf").write_text(HEAD + text)
    return folder


def test_imports_of_rest_resources_leave_nothing_to_change(
    offline: Offline, tmp_path: Path
) -> None:
    blocks = [f'import {{\n to = {to}\n id = "{id_}"\n}}\n' for to, id_ in IMPORTS.items()]
    stack = directory(tmp_path, STACK + "".join(blocks))
    offline.terraform("init", chdir=stack)
    applied = offline.terraform("apply", "-auto-approve", chdir=stack).stdout
    assert f"{len(IMPORTS)} imported, 0 added, 0 changed, 0 destroyed" in applied


def test_command_imports_rest_resource(offline: Offline, tmp_path: Path) -> None:
    stack = directory(tmp_path, STACK)
    offline.terraform("init", chdir=stack)
    offline.terraform("import", "google_secret_manager_secret.s", "key", chdir=stack)
    shown = offline.terraform("state", "show", "google_secret_manager_secret.s", chdir=stack)
    assert 'secret_id             = "key"' in shown.stdout


def test_creations_of_what_rest_created_are_rejected(offline: Offline, tmp_path: Path) -> None:
    stack = directory(tmp_path, STACK)
    offline.terraform("init", chdir=stack)
    with pytest.raises(TerraformError) as raised:
        offline.terraform("apply", "-auto-approve", chdir=stack)
    message = str(raised.value)
    for expected in (
        "Error 409: Secret [projects/p-one/secrets/key] already exists.",
        "Error 409: Service account runner already exists within project projects/p-one.",
        "Error 409: The resource 'projects/p-one/global/networks/shared' already exists",
    ):
        assert expected in message


def test_data_sources_read_rest_resources(offline: Offline, tmp_path: Path) -> None:
    stack = directory(
        tmp_path,
        """
data "google_service_account" "a" { account_id = "runner" }
data "google_compute_network" "n" { name = "shared" }
output "read" {
  value = [data.google_service_account.a.display_name, data.google_compute_network.n.numeric_id]
}
""",
    )
    offline.terraform("init", chdir=stack)
    offline.terraform("apply", "-auto-approve", chdir=stack)
    output = json.loads(offline.terraform("output", "-json", chdir=stack).stdout)
    held = offline.served.store.resources["compute", "projects/p-one/global/networks/shared"]
    assert output["read"]["value"] == ["Runner", held["id"]]


@pytest.mark.usefixtures("offline")
def test_world_lists_rest_resources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--world", str(tmp_path / "kept"), "world"]) == 0
    listed = capsys.readouterr().out.split("\n")
    assert "google_compute_network\tprojects/p-one/global/networks/shared" in listed
    assert "google_secret_manager_secret\tprojects/p-one/secrets/key" in listed
    assert len([line for line in listed if line]) == len(REQUESTS)
