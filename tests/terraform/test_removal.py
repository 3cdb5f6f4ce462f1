"""Test of the removal of services, regions, and sections from an environment file."""

from itertools import pairwise
from typing import Any

import pytest

from offline.cloud.fake_cloud import Event
from tests.template import data, platform, variant
from tests.terraform.workspace import Workspace

pytestmark = pytest.mark.slow  # each applies a stack of its own, which takes half a minute

OPEN: dict[str, Any] = {"protect": False, "gateway": None}
"""Production before the removals; test_gateway.py removes the gateway."""
SERVICES: dict[str, Any] = data("prod")["services"]
REGIONS: dict[str, Any] = data("prod")["regions"]
WITHOUT_AUTH = {name: service for name, service in SERVICES.items() if name != "auth"}
SECTIONS = ("backups", "cost", "migration_job", "vector_search")


def _assert_in_order(events: list[Event], *steps: tuple[str, str]) -> None:
    """Assert that each step (an action on the IDs that contain a text) ends before the next."""
    times = [
        [event.number for event in events if event.action == action and part in event.id]
        for action, part in steps
    ]
    assert all(times), (steps, times)
    for before, after in pairwise(times):
        assert max(before) < min(after), (steps, times)


def _existing_ids(workspace: Workspace, part: str) -> list[str]:
    """Return the IDs of existing resources that contain a text."""
    return [
        id_
        for resources in workspace.cloud.fake_cloud.resources.values()
        for id_ in resources
        if part in id_
    ]


def test_apply_removes_deleted_sections_after_their_users(workspace: Workspace) -> None:
    events, changes = workspace.cloud.fake_cloud.events, dict(OPEN)

    def apply(**values: Any) -> list[Event]:
        changes.update(values)
        count = len(events)
        workspace.write(platform(variant("prod", changes)))
        workspace.apply()
        return events[count:]

    workspace.write(platform(variant("prod", changes)))
    workspace.run("init")
    workspace.apply()

    _assert_in_order(
        apply(services=WITHOUT_AUTH),
        ("update", "/urlMaps/grid-prod-url-map"),
        ("delete", "/backendServices/grid-prod-auth-backend"),
        ("delete", "/networkEndpointGroups/grid-prod-auth-neg-"),
        ("delete", "/locations/us-central1/services/grid-prod-auth"),
    )
    assert _existing_ids(workspace, "grid-prod-auth") == []

    _assert_in_order(
        apply(regions={"us-central1": REGIONS["us-central1"]}, **{"database.replicas": {}}),
        ("update", "/backendServices/grid-prod-api-backend"),
        ("delete", "/us-east1/networkEndpointGroups/grid-prod-api-neg-us-east1"),
        ("delete", "/locations/us-east1/services/grid-prod-api"),
        ("delete", "/us-east1/connectors/"),
    )
    assert _existing_ids(workspace, "us-east1") == []

    renamed = {{"ai": "models"}.get(name, name): service for name, service in WITHOUT_AUTH.items()}
    _assert_in_order(
        apply(services=renamed, **dict.fromkeys(SECTIONS)),
        ("create", "/backendServices/grid-prod-models-backend"),
        ("update", "/urlMaps/grid-prod-url-map"),
        ("delete", "/backendServices/grid-prod-ai-backend"),
    )
    assert _existing_ids(workspace, "/services/grid-prod-ai") == []

    for part in ("database-export", "billingAccounts/", "/jobs/grid-prod-migrate", "/indexes/"):
        assert _existing_ids(workspace, part) == [], part
    assert workspace.is_unchanged()
