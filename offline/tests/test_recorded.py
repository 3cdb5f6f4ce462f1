"""Secrets and limits of blocks: `terraform providers schema -json` of google 6.50.0, recorded on
2026-11-27.
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
)


def schemas() -> tuple[dict[str, Block], dict[str, Block]]:
    served = providers(FakeCloud(None), resources=TYPES, data_sources=TYPES, names=["google"])
    schemas_ = served["hashicorp/google"].schemas
    return dict(schemas_.resources), dict(schemas_.data_sources)


def test_secrets_are_those_of_the_provider() -> None:
    resources, data = schemas()
    key, prefix, _, database = (resources[name].attributes for name in TYPES)
    assert key["key_value"].sensitive
    assert not prefix["shared_secret"].sensitive, "its name only sounds like it"
    assert database["root_password"].sensitive
    assert not data["google_sql_database_instance"].attributes["root_password"].sensitive


def test_blocks_have_the_limits_of_the_provider() -> None:
    filestore = schemas()[0]["google_filestore_instance"]
    shares = filestore.blocks["file_shares"]
    assert (shares.max_items, shares.block.blocks["nfs_export_options"].max_items) == (1, 10)


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
