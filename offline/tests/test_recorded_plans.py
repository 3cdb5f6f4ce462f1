"""Plans of new resources, as hashicorp/google 6.50.0 makes them (plans/recorded.json)."""

from __future__ import annotations

from pathlib import Path

import recorded_plans

from offline.compare.differences import compare
from offline.terraform.session import Offline


def test_new_resources_are_planned_as_the_provider_does(tmp_path: Path) -> None:
    with Offline() as offline:
        life = recorded_plans.plan(offline, tmp_path)
    result = compare(recorded_plans.recorded(), life)
    found = [(d.address, d.attribute, d.genuine, d.embedded) for d in result.differences]
    assert found == []
