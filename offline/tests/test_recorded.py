"""Secrets, limits of blocks, and deprecations: `terraform providers schema -json` of google 6.50.0,
recorded on 2026-11-27.
"""

from pathlib import Path

from offline.cloud.fake_cloud import FakeCloud
from offline.providers import providers
from offline.schema.blocks import Block
from offline.terraform.session import Offline

TYPES = (
    "google_compute_backend_service_signed_url_key",
    "google_compute_public_advertised_prefix",
    "google_filestore_instance",
    "google_sql_database_instance",
    "google_tpu_node",
)


def schemas() -> tuple[dict[str, Block], dict[str, Block]]:
    served = providers(FakeCloud(None), resources=TYPES, data_sources=TYPES, names=["google"])
    schemas_ = served["hashicorp/google"].schemas
    return dict(schemas_.resources), dict(schemas_.data_sources)


def test_secrets_are_those_of_the_provider() -> None:
    resources, data = schemas()
    key, prefix, _, database, _ = (resources[name].attributes for name in TYPES)
    assert key["key_value"].sensitive
    assert not prefix["shared_secret"].sensitive, "its name only sounds like it"
    assert database["root_password"].sensitive
    assert not data["google_sql_database_instance"].attributes["root_password"].sensitive


def test_blocks_have_the_limits_of_the_provider() -> None:
    filestore = schemas()[0]["google_filestore_instance"]
    shares = filestore.blocks["file_shares"]
    assert (shares.max_items, shares.block.blocks["nfs_export_options"].max_items) == (1, 10)


def test_deprecated_types_and_arguments_are_those_of_the_provider() -> None:
    resources, _ = schemas()
    assert [name for name in TYPES if resources[name].deprecated] == ["google_tpu_node"]


def test_generated_configuration_has_no_deprecated_argument(tmp_path: Path) -> None:
    head = """
terraform {
  required_providers { google = { source = "hashicorp/google" } }
}
provider "google" {
  project = "p-one-example"
  region  = "europe-west1"
}
"""
    (tmp_path / "main.tf").write_text(f"""{head}
resource "google_project_service" "compute" {{ service = "compute.googleapis.com" }}
resource "google_compute_network" "it" {{
  name                    = "network"
  auto_create_subnetworks = false
  depends_on              = [google_project_service.compute]
}}
resource "google_compute_subnetwork" "it" {{
  name          = "subnetwork"
  network       = google_compute_network.it.id
  ip_cidr_range = "10.0.0.0/24"
}}
""")
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        offline.terraform("apply", "-auto-approve", chdir=tmp_path)
        (tmp_path / "terraform.tfstate").unlink()
        block = 'import {\n  to = google_compute_subnetwork.it\n  id = "subnetwork"\n}\n'
        (tmp_path / "main.tf").write_text(head + block)
        offline.terraform("plan", "-generate-config-out=generated.tf", chdir=tmp_path)
    generated = (tmp_path / "generated.tf").read_text()
    assert 'ip_cidr_range                    = "10.0.0.0/24"' in generated
    assert "enable_flow_logs" not in generated


def test_secret_of_a_type_without_facts_is_hidden(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
terraform {
  required_providers { google = { source = "hashicorp/google" } }
}
resource "google_compute_backend_service_signed_url_key" "key" {
  project         = "p-one-example"
  name            = "key"
  key_value       = "c2VjcmV0LXNlY3JldA=="
  backend_service = "service"
}
""")
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        planned = offline.terraform("plan", chdir=tmp_path).stdout
    assert "key_value       = (sensitive value)" in planned
