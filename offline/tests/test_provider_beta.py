"""provider_meta, and google-beta with and without its own bindings."""

from __future__ import annotations

import base64
import io
import json
import tarfile
from pathlib import Path

import pytest

from offline.schema.bindings import Bindings, bindings
from offline.terraform.session import Offline, TerraformError

META = """
terraform {
  required_providers {
    PROVIDER = { source = "hashicorp/PROVIDER" }
  }
  provider_meta "PROVIDER" {
    ARGUMENT = "blueprints/terraform/terraform-google-network/v11.1.1"
  }
}
resource "google_project_service" "a" {
  provider = PROVIDER
  project  = "my-project"
  service  = "compute.googleapis.com"
}
"""
BETA = """
terraform {
  required_providers {
    google-beta = { source = "hashicorp/google-beta" }
  }
}
resource "google_project_service_identity" "i" {
  provider = google-beta
  project  = "my-project"
  service  = "iap.googleapis.com"
}
"""


def directory(folder: Path, text: str) -> Path:
    (folder / "main.tf").write_text(text)
    return folder


@pytest.mark.parametrize("provider", ["google", "google-beta"])
def test_provider_meta_takes_the_name_of_a_module(tmp_path: Path, provider: str) -> None:
    text = META.replace("PROVIDER", provider)
    with Offline() as offline:
        stack = directory(tmp_path, text.replace("ARGUMENT", "module_name"))
        offline.terraform("init", chdir=stack)
        assert "1 added" in offline.terraform("apply", "-auto-approve", chdir=stack).stdout
        directory(tmp_path, text.replace("ARGUMENT", "module"))
        with pytest.raises(TerraformError, match="Unsupported argument"):
            offline.terraform("plan", chdir=stack)


def test_beta_only_types_name_the_package_that_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def has_bindings(provider: str) -> bool:
        return provider != "google-beta"

    monkeypatch.setattr("offline.terraform.session.has_bindings", has_bindings)
    monkeypatch.setattr("offline.providers.has_bindings", has_bindings)
    stack = directory(tmp_path, BETA)
    with Offline() as offline:
        offline.terraform("init", chdir=stack)
        with pytest.raises(TerraformError, match="google_project_service_identity") as caught:
            offline.terraform("plan", chdir=stack)
    assert "offline-google[beta]" in caught.value.__notes__[0]


def archive(folder: Path, modules: dict[str, str]) -> None:
    """Write a package of bindings as CDKTF lays it out."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as packed:
        for name, source in modules.items():
            inner = base64.b64encode(json.dumps({"sourcesContent": [source]}).encode()).decode()
            data = f"//# sourceMappingURL=data:application/json;base64,{inner}".encode()
            member = tarfile.TarInfo(f"package/lib/{name}/index.js")
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    (folder / "package.tgz").write_bytes(content.getvalue())


def test_modules_of_beta_bindings_have_whole_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CDKTF leaves the provider's name out of a module's, and google-beta is not google."""
    names = ("google-compute-network", "data-google-compute-network", "provider")
    archive(tmp_path, dict.fromkeys(names, ""))
    monkeypatch.setattr("offline.schema.bindings._archive", lambda _: tmp_path / "package.tgz")
    found = Bindings("any", "google", is_full=True).names
    assert found["resource"] == found["data"] == {"google_compute_network"}
    assert {"google_compute_network"} <= bindings("google").names["resource"]
