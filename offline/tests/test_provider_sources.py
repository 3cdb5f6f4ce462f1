"""Which genuine provider a directory gets."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from offline.terraform.installed import PLATFORM, search
from offline.terraform.requirements import address, locked, required
from offline.terraform.sources import ProviderNotFoundError, Sources
from offline.terraform.versions import accepts

GOOGLE = "registry.terraform.io/hashicorp/google"


def packed(root: Path, version: str, name: str = "google") -> None:
    folder = root / f"registry.terraform.io/hashicorp/{name}"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"terraform-provider-{name}_{version}_{PLATFORM}.zip"
    with zipfile.ZipFile(file, "w") as content:
        content.writestr(f"terraform-provider-{name}_v{version}_x5", f"{name} {version}")


def unpacked(root: Path, version: str) -> None:
    folder = root / f"{GOOGLE}/{version}/{PLATFORM}"
    folder.mkdir(parents=True)
    (folder / f"terraform-provider-google_v{version}_x5").write_text(f"google {version}")


@pytest.mark.parametrize(
    ("constraint", "version", "is_accepted"),
    [  # page "Version constraints" of Terraform's documentation
        ("", (6, 50, 0), True),
        ("6.50.0", (6, 50, 0), True),
        ("= 6.50", (6, 50, 0), True),
        ("!= 6.50.0", (6, 50, 0), False),
        (">= 5.40, < 8", (7, 45, 0), True),
        (">= 5.40, < 8, != 7.0.0", (7, 0, 0), False),
        ("~> 6.0", (6, 50, 0), True),
        ("~> 6.0", (7, 0, 0), False),
        ("~> 6.49.0", (6, 49, 3), True),
        ("~> 6.49.0", (6, 50, 0), False),
        ("~> 6", (6, 50, 0), True),
        ("~> 6", (7, 0, 0), False),
        (">= 7.0.0-beta1", (7, 0, 0), True),
        ("newest", (6, 50, 0), False),
    ],
)
def test_constraint_accepts_the_versions_that_terraform_accepts(
    constraint: str, version: tuple[int, int, int], is_accepted: bool
) -> None:
    assert accepts([constraint], version) == is_accepted


def test_required_reads_every_way_to_write_a_requirement(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.1" # , < 7
    }
    # time = { source = "hashicorp/time", version = "1" }
    beta = { source = "registry.terraform.io/hashicorp/google-beta", version = "~> 6.0",
      configuration_aliases = [ beta.one ] }
    null = "~> 3.0"
    local = {}
  }
  backend "gcs" {}
}
module "inner" { source = "./inner" }
""")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/main.tf.json").write_text(
        '{"terraform": [{"required_providers": [{"google": {"version": "< 7"}}]}]}'
    )
    assert required(tmp_path) == {
        GOOGLE: [">= 6.1", "< 7"],
        "registry.terraform.io/hashicorp/google-beta": ["~> 6.0"],
        "registry.terraform.io/hashicorp/null": ["~> 3.0"],
        "registry.terraform.io/hashicorp/local": [],
    }


def test_address_fills_in_registry_and_namespace() -> None:
    assert address("google") == address("hashicorp/google") == GOOGLE
    assert address("example.com/acme/thing") == "example.com/acme/thing"


def test_search_finds_packed_and_unpacked_providers_of_this_platform(tmp_path: Path) -> None:
    packed(tmp_path, "6.50.0")
    unpacked(tmp_path, "7.45.0")
    other = tmp_path / GOOGLE / "terraform-provider-google_8.0.0_plan9_mips.zip"
    other.write_bytes(b"")
    assert [one.text for one in search([tmp_path], GOOGLE)] == ["7.45.0", "6.50.0"]


def test_packed_provider_is_unpacked_as_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    packed(tmp_path, "6.50.0")
    (found,) = search([tmp_path], GOOGLE)
    program = found.program()
    assert program.read_text() == "google 6.50.0"
    assert program.stat().st_mode & 0o111
    assert found.program() == program


def test_directory_gets_the_newest_version_that_fits_or_the_locked_one(tmp_path: Path) -> None:
    for version in ("6.49.0", "6.50.0", "7.45.0"):
        packed(tmp_path / "mirror", version)
    sources = Sources(tmp_path / "mirror")
    stack = tmp_path / "stack"
    stack.mkdir()
    assert sources.find("google", stack).text == "7.45.0"
    (stack / "main.tf").write_text(
        'terraform {\n  required_providers {\n    google = "~> 6.0"\n  }\n}'
    )
    assert sources.find("google", stack).text == "6.50.0"
    (stack / ".terraform.lock.hcl").write_text(
        f'provider "{GOOGLE}" {{\n  version = "6.49.0"\n  hashes = ["h1:x"]\n}}\n'
    )
    assert locked(stack) == {GOOGLE: "6.49.0"}
    assert sources.find("google", stack).text == "6.49.0"


def test_missing_provider_is_reported_with_the_searched_folders(tmp_path: Path) -> None:
    with pytest.raises(ProviderNotFoundError, match=f"(?s)google-beta.*OFFLINE_MIRROR.*{tmp_path}"):
        Sources(tmp_path).find("google-beta", tmp_path)


def test_development_override_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OFFLINE_MIRROR", raising=False)
    unpacked(tmp_path / "mirror", "6.50.0")
    built = tmp_path / "built"
    built.mkdir()
    (built / "terraform-provider-google").write_text("built here")
    config = tmp_path / "terraform.rc"
    config.write_text(
        "provider_installation {\n"
        f'  dev_overrides {{\n    "hashicorp/google" = "{built}"\n  }}\n'
        f'  filesystem_mirror {{\n    path = "{tmp_path}/mirror"\n  }}\n}}\n'
    )
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(config))
    found = Sources().find("google", tmp_path)
    assert found.program().read_text() == "built here"
    assert Sources().unmet("google", tmp_path, found.version) == ""
    config.write_text(config.read_text().replace("hashicorp/google", "hashicorp/null"))
    assert Sources().find("google", tmp_path).text == "6.50.0"
