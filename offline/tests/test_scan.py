"""Which types a directory needs."""

from __future__ import annotations

import json
from pathlib import Path

from offline.schema.scan import Types, types_of_directory, types_of_state


def types(resources: str = "", data_sources: str = "") -> Types:
    return Types(frozenset(resources.split()), frozenset(data_sources.split()))


def test_scan_finds_types_in_hcl(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "google_storage_bucket" "a" {}\n'
        'data "google_project" "p" {}\n'
        "import {\n  to = google_sql_user.u\n}\n"
        "output x { value = data.google_client_config.c.project }\n"
        'ephemeral "random_password" "p" {}\n'
    )
    result = types_of_directory(tmp_path)
    assert result.data_sources == {"google_project", "google_client_config"}
    assert result.resources >= {"google_storage_bucket", "google_sql_user", "random_password"}


def test_scan_finds_types_in_json(tmp_path: Path) -> None:
    content = {
        "resource": {"random_id": {"x": {}}},
        "data": [{"google_project": {"p": {}}, "google_dns_keys": {"k": {}}}],
    }
    (tmp_path / "x.tf.json").write_text(json.dumps(content))
    result = types_of_directory(tmp_path)
    assert "random_id" in result.resources
    assert result.data_sources == {"google_project", "google_dns_keys"}


def test_scan_follows_local_and_installed_modules(tmp_path: Path) -> None:
    root, local, nested, fetched = (tmp_path / name for name in ("root", "l", "l/n", "root/.m/f"))
    for folder in (root, local, nested, fetched):
        folder.mkdir(parents=True)
    (root / "main.tf").write_text('module "l" {\n  source = "../l"\n}\n')
    (local / "main.tf.json").write_text('{"module": {"n": {"source": "./n"}}}')
    (nested / "main.tf").write_text('resource "google_pubsub_topic" "t" {}')
    (fetched / "main.tf").write_text('module "again" { source = "../../../root" }\n# google_a_b')
    data = root / "data"
    (data / "modules").mkdir(parents=True)
    listed = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "f", "Dir": ".m/f"}]}
    (data / "modules" / "modules.json").write_text(json.dumps(listed))
    assert types_of_directory(root, data).resources == {"google_pubsub_topic", "google_a_b"}


def test_scan_reads_tests_and_states(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "a.tftest.hcl").write_text("# google_from_test")
    state = {
        "resources": [
            {"mode": "managed", "type": "google_gone"},
            {"mode": "data", "type": "google_seen"},
        ]
    }
    (tmp_path / "terraform.tfstate").write_text(json.dumps(state))
    result = types_of_directory(tmp_path)
    assert result == types("google_from_test google_gone", "google_seen")


def test_scan_ignores_unreadable_files(tmp_path: Path) -> None:
    (tmp_path / "broken.tf.json").write_text("{ google_x")
    (tmp_path / "binary.tf").write_bytes(b"\xff\xfe")
    assert types_of_directory(tmp_path) == types("google_x")
    assert types_of_state("nonsense") == Types()
    assert types_of_directory(tmp_path / "absent") == Types()


def test_types_compare_and_join() -> None:
    small, large = types("a"), types("a b", "c")
    assert small <= large
    assert not large <= small
    assert small | types("b", "c") == large
