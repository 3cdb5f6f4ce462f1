"""Compare the documentation of changes with plans of the genuine provider.

`python -m tests.provider.plans` records the plans.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from environments.reference import effects
from tests.effects import FIXED
from tests.template import ROOT

RECORD: dict[str, Any] = json.loads((ROOT / "tests" / "provider" / "plans.json").read_text("utf-8"))
TRAPS = (ROOT / "docs" / "traps.md").read_text("utf-8")
PLANS: dict[str, Mapping[str, Any]] = RECORD["plans"]["dev"] | RECORD["plans"]["prod"]
"""Plans by the name of the edit, those of prod where both fixtures have it."""
OF_THE_BOOTSTRAP = ("ci.", "organization.", "state.", "services.<name>.roles")
"""Keys that replace nothing in the platform."""
UNRECORDED = {
    "monitoring.logs.all_services_audit",
    "monitoring.logs.audit_alerts",
    "network.dns_logging",
    "secrets.<name>.rotation_days",
}
"""Keys that are newer than the record; none after the next `python -m tests.provider.plans`."""
PROTECTED, STOPPED = "Instance cannot be destroyed", "Resource postcondition failed"
REPLACED = {"replace, create first", "replace, delete first"}


def _named(*parts: str) -> list[str]:
    """Return the keys whose effect in the platform has one of the parts."""
    return [
        key
        for key, effect in effects().items()
        if any(part in effect for part in parts) and not key.startswith(OF_THE_BOOTSTRAP)
    ]


@pytest.mark.parametrize("key", [key for key in _named("replaces") if key in PLANS])
def test_key_that_replaces_is_planned_so_or_protected(key: str) -> None:
    plan = PLANS[key]
    assert plan["error"] == PROTECTED or REPLACED & plan["actions"].keys()


@pytest.mark.parametrize("key", _named(FIXED))
def test_plan_of_a_fixed_value_is_refused(key: str) -> None:
    assert PLANS[key]["error"] in {STOPPED, PROTECTED}
    assert f"`{key}`" in TRAPS.split("### Change a fixed value")[1].split("\n### ")[0]


def test_keys_without_a_record_are_listed_until_they_have_one() -> None:
    assert UNRECORDED & PLANS.keys() == set()


@pytest.mark.parametrize("key", sorted({*_named("adds or removes")} - UNRECORDED))
def test_key_that_adds_or_removes_is_planned_so(key: str) -> None:
    plan = PLANS[key]
    assert plan["error"] == PROTECTED or {"create", "delete"} & plan["actions"].keys()


def test_keys_that_update_replace_nothing() -> None:
    together = {name: plan for name, plan in PLANS.items() if ", " in name and "." in name}
    together = {name: plan for name, plan in together.items() if not re.search(r", \w+( |$)", name)}
    assert sum(name.count(", ") + 1 for name in together) > 50
    for name, plan in together.items():
        assert (plan["error"], plan["actions"].keys() - {"update"}) == ("", set()), name


@pytest.mark.parametrize("section", ["gateway", "vector_search", "backups", "cost.export"])
def test_removal_of_a_section_that_holds_data_is_refused(section: str) -> None:
    assert PLANS[f"{section}, removed"]["error"] == PROTECTED
    text = TRAPS.split("### Remove or replace protected resources")[1].split("\n### ")[0]
    assert f"`{section}`" in text


def test_only_the_shard_size_replaces_the_index() -> None:
    index = "google_vertex_ai_index.embeddings"
    replaced = {
        name
        for name, plan in PLANS.items()
        for action in REPLACED
        if index in plan["actions"].get(action, ())
    }
    assert replaced == {"vector_search.shard_size"}


def test_bucket_in_another_location_takes_its_grants_along() -> None:
    plan = RECORD["plans"]["dev"]["storage.backups.location, a region"]
    assert set(plan["actions"]) == {"replace, delete first"}
    assert "google_storage_bucket_iam_member.backups_database" in plan["actions"].popitem()[1]
