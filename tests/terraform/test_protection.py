"""Tests of what a plan refuses: removed sections that hold data, and changes of fixed values."""

import json
from typing import Any

import pytest

from stacks import retained
from tests.template import data, platform, platforms, variant
from tests.terraform.conftest import Applied
from tests.terraform.workspace import Workspace

REMOVED: dict[str, tuple[dict[str, Any], str]] = {
    "gateway": ({"gateway": None}, "google_apigee_organization.main"),
    "vector_search": ({"vector_search": None}, "google_vertex_ai_index.embeddings"),
    "backups": ({"backups": None}, "google_storage_bucket.app_data_copy"),
    "cost.export": ({"cost.export": None}, "google_bigquery_dataset.billing_export"),
    "cost": ({"cost": None}, "google_bigquery_dataset.cost"),
    "a region": (
        {
            "regions": {"us-central1": data("prod")["regions"]["us-central1"]},
            "database.replicas": {},
        },
        "google_redis_instance.cache_us_east1",
    ),
}
FIXED: dict[str, Any] = {
    "network.private_services_range": "10.200.0.0/16",
    "regions.us-central1.connector.range": "10.200.0.0/28",
    "database.name": "other",
    "cache.high_availability": True,
}


def _write(workspace: Workspace, name: str, values: dict[str, Any]) -> None:
    environment = variant(name, values)
    workspace.write(platform(environment))
    retained.write(workspace.folder, environment)


def test_plan_refuses_to_delete_what_a_removed_section_holds(applied: Applied) -> None:
    workspace = applied(platforms()["prod"])
    for section, (values, kept) in REMOVED.items():
        _write(workspace, "prod", values)
        errors = workspace.run("plan", expect=1).stderr
        assert "Instance cannot be destroyed" in errors, section
        assert kept in errors, section


def test_plan_of_the_same_file_is_empty_with_retained_blocks(applied: Applied) -> None:
    workspace = applied(platforms()["prod"])
    _write(workspace, "prod", {})
    assert json.loads((workspace.folder / retained.FILE).read_text("utf-8"))["resource"]
    assert workspace.is_unchanged()


def test_plan_names_the_key_of_a_fixed_value(applied: Applied) -> None:
    workspace = applied(platforms()["dev"])
    for key, value in FIXED.items():
        _write(workspace, "dev", {key: value})
        errors = workspace.run("plan", expect=1).stderr
        text = " ".join(line.strip("│ ") for line in errors.splitlines())
        assert f"{key} of environments/dev.yaml cannot change once it was applied" in text
    _write(workspace, "dev", {"network.additional_private_services_ranges": ["10.65.0.0/16"]})
    workspace.apply()
    assert workspace.is_unchanged()


@pytest.mark.parametrize("key", FIXED)
def test_fixed_value_is_that_of_the_file_at_first(key: str) -> None:
    blocks = json.dumps(platforms()["dev"].document["resource"])
    assert f"{key} of environments/dev.yaml cannot change" in blocks
