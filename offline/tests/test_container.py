"""A Kubernetes cluster: its certificate authority configures other providers."""

import base64
import json
from pathlib import Path

from offline.terraform.session import Offline

MAIN = """
terraform {
  required_providers { google = { source = "hashicorp/google" } }
}
provider "google" { project = "p-one-example" }
resource "google_container_cluster" "it" {
  name                = "cluster"
  location            = "europe-west1"
  initial_node_count  = 1
  deletion_protection = false
}
output "authority" {
  value     = google_container_cluster.it.master_auth[0].cluster_ca_certificate
  sensitive = true
}
"""


def test_cluster_has_a_certificate_authority(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN)
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        offline.terraform("apply", "-auto-approve", chdir=tmp_path)
        again = offline.terraform("plan", "-detailed-exitcode", chdir=tmp_path, check=False)
        values = json.loads(offline.terraform("output", "-json", chdir=tmp_path).stdout)
        offline.terraform("destroy", "-auto-approve", chdir=tmp_path)
    assert again.returncode == 0, again.stdout
    authority = base64.b64decode(values["authority"]["value"])
    assert authority.startswith(b"-----BEGIN CERTIFICATE-----")
