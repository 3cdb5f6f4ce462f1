"""Apigee: every other bundle is another revision of the same proxy or shared flow.

Source: the provider's resource_apigee_api.go and resource_apigee_sharedflow.go, whose Update is
their Create, and whose ComputedIf announces new values of what follows from a bundle.
"""

from __future__ import annotations

from typing import Any

from offline.protocol.values import UNKNOWN
from offline.services.behavior import Value, on_plan, on_update

_TYPES = ("google_apigee_api", "google_apigee_sharedflow")


@on_plan(*_TYPES)
def plan_revision(prior: Value | None, planned: Value) -> dict[str, Any]:
    """Plan a new revision for a bundle with another path; services/uploads.py compares content."""
    if not prior or prior["config_bundle"] == planned["config_bundle"]:
        return {}
    return dict.fromkeys(("latest_revision_id", "revision", "meta_data"), UNKNOWN)


@on_update(*_TYPES)
def next_revision(prior: Value | None, planned: Value) -> dict[str, Any]:
    """Give the new revision its number, if the resource gets one."""
    if not prior or planned["latest_revision_id"] is not UNKNOWN:
        return {}
    number = str(int(prior["latest_revision_id"]) + 1)
    return {"latest_revision_id": number, "revision": [*(prior["revision"] or ()), number]}
