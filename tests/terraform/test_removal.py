"""What leaves the environment file goes in one plain apply, users first, and the rest stays."""

from itertools import pairwise
from typing import Any

import pytest

from offline.cloud.world import Event
from tests.template import data, platform, variant
from tests.terraform.workspace import Workspace

pytestmark = pytest.mark.slow  # lives of their own, half a minute each

OPEN: dict[str, Any] = {"protect": False, "gateway": None}
"""Production before anything is removed; the gateway's removal stands in test_gateway.py."""
SERVICES: dict[str, Any] = data("prod")["services"]
REGIONS: dict[str, Any] = data("prod")["regions"]
WITHOUT_AUTH = {name: one for name, one in SERVICES.items() if name != "auth"}
SECTIONS = ("backups", "cost", "migration_job", "vector_search")


def _assert_in_order(events: list[Event], *steps: tuple[str, str]) -> None:
    """Each step is an action on all ids with a text in them; the next begins when it is over."""
    times = [
        [one.number for one in events if one.action == action and part in one.id]
        for action, part in steps
    ]
    assert all(times), (steps, times)
    for before, after in pairwise(times):
        assert max(before) < min(after), (steps, times)


def _left(workspace: Workspace, part: str) -> list[str]:
    """Ids of what is there, with a text in them."""
    return [
        id_ for found in workspace.cloud.world.resources.values() for id_ in found if part in id_
    ]


def test_what_leaves_the_file_goes_in_one_apply(workspace: Workspace) -> None:
    events, changes = workspace.cloud.world.events, dict(OPEN)

    def apply(**less: Any) -> list[Event]:
        changes.update(less)
        since = len(events)
        workspace.write(platform(variant("prod", changes)))
        workspace.apply()
        return events[since:]

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
    assert _left(workspace, "grid-prod-auth") == []

    _assert_in_order(
        apply(regions={"us-central1": REGIONS["us-central1"]}, **{"database.replicas": {}}),
        ("update", "/backendServices/grid-prod-api-backend"),
        ("delete", "/us-east1/networkEndpointGroups/grid-prod-api-neg-us-east1"),
        ("delete", "/locations/us-east1/services/grid-prod-api"),
        ("delete", "/us-east1/connectors/"),
    )
    assert _left(workspace, "us-east1") == []

    renamed = {{"ai": "models"}.get(name, name): one for name, one in WITHOUT_AUTH.items()}
    _assert_in_order(
        apply(services=renamed, **dict.fromkeys(SECTIONS)),
        ("create", "/backendServices/grid-prod-models-backend"),
        ("update", "/urlMaps/grid-prod-url-map"),
        ("delete", "/backendServices/grid-prod-ai-backend"),
    )
    assert _left(workspace, "/services/grid-prod-ai") == []

    for part in ("database-export", "billingAccounts/", "/jobs/grid-prod-migrate", "/indexes/"):
        assert _left(workspace, part) == [], part
    assert workspace.unchanged()
