"""Bundles of Apigee: every other bundle is another revision of the same proxy or shared flow.

Source: the provider's resource_apigee_api.go and resource_apigee_sharedflow.go, whose Update is
their Create, and whose ComputedIf announces new values of what follows from a bundle.
"""

from __future__ import annotations

from typing import Any

from offline.protocol.contract import Value
from offline.protocol.values import UNKNOWN

_TYPES = frozenset({"google_apigee_api", "google_apigee_sharedflow"})
_FOLLOWING = ("latest_revision_id", "revision", "meta_data")


def plan_revision(type_: str, prior: Value | None, planned: dict[str, Any]) -> None:
    """Plan a new revision for another bundle. Bundles are told apart by their paths; the provider
    looks into the file too.
    """
    if type_ in _TYPES and prior and prior["config_bundle"] != planned["config_bundle"]:
        planned |= dict.fromkeys(_FOLLOWING, UNKNOWN)


def next_revision(type_: str, prior: Value, asked: Value) -> dict[str, Any]:
    """Return a resource about to be updated with its new revision, if it gets one."""
    if type_ not in _TYPES or asked["latest_revision_id"] is not UNKNOWN:
        return dict(asked)
    number = str(int(prior["latest_revision_id"]) + 1)
    revisions = [*(prior["revision"] or ()), number]
    return {**asked, "latest_revision_id": number, "revision": revisions}
