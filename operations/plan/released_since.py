"""Blocks a plan that would undo a release.

The provider sends a whole Cloud Run service or job, with the image and the traffic that the plan
found, also where Terraform ignores their changes. A release after the plan would be undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract.plan import Change, planned_changes
from operations.core.errors import BlockedError
from operations.core.session import ReadContext
from operations.release.traffic import short

_FIELDS = ("percent", "revision", "tag", "type")
"""Fields of a target of the traffic, in the API and in Terraform."""
SERVICE, JOB = "google_cloud_run_v2_service", "google_cloud_run_v2_job"


def check_releases(session: ReadContext, document: Mapping[str, Any]) -> None:
    """Check that the services and jobs that a plan updates are as the plan found them.

    Raises:
        BlockedError: the image or the traffic of one is another one now, or it is gone.
        FailedError: Cloud Run does not answer.
    """
    updates = [
        change
        for change in planned_changes(document)
        if change.type in {SERVICE, JOB} and change.action == "update"
    ]
    if not updates:
        return
    with session.report.step("check releases since the plan"):
        differences = [line for change in updates for line in _differences(session, change)]
    if differences:
        raise BlockedError(
            "services changed after the plan:\n  " + "\n  ".join(differences),
            advice=f"plan again: grid plan {session.environment}",
        )


def _differences(session: ReadContext, change: Change) -> Iterator[str]:
    before = change.before
    kind = "services" if change.type == SERVICE else "jobs"
    name = f"projects/{before['project']}/locations/{before['location']}/{kind}/{before['name']}"
    locations = session.google.run.projects().locations()
    collection = locations.services() if change.type == SERVICE else locations.jobs()
    live = session.client.find(collection.get(name=name))
    if live is None:
        yield f"{change.address}: {name} does not exist any more"
        return
    planned, now = _planned_image(change), _live_image(live)
    if planned != now:
        yield f"{change.address}: image {planned} in the plan, {now} now"
    if change.type == SERVICE:
        traffic = _traffic(before.get("traffic"))
        current = _traffic(live.get("traffic"))
        if traffic != current:
            yield f"{change.address}: traffic {traffic} in the plan, {current} now"


def _planned_image(change: Change) -> str:
    template = change.before["template"][0]
    if change.type == JOB:
        template = template["template"][0]
    return str(template["containers"][0]["image"])


def _live_image(live: Mapping[str, Any]) -> str:
    template = live["template"]
    return str(template.get("template", template)["containers"][0]["image"])


def _traffic(targets: Any) -> list[dict[str, Any]]:
    """Return targets without unset fields, sorted, with the short names of revisions."""
    found = []
    for target in targets or ():
        kept = {field: target[field] for field in _FIELDS if target.get(field)}
        if "revision" in kept:
            kept["revision"] = short(str(kept["revision"]))
        found.append(kept)
    return sorted(found, key=str)
