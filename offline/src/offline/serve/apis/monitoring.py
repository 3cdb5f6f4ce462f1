"""Cloud Monitoring: conditions have names; dashboards and descriptors keep their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve import resources
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google, Request
    from offline.serve.store import Resource


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Name the conditions of an alert policy."""
    if path.split("/")[-2] == "alertPolicies":
        for condition in resource.get("conditions", []):
            condition.setdefault("name", f"{path}/conditions/{google.store.serial()}")


@answers("monitoring.projects.metricDescriptors.create")
def _descriptor(google: Google, request: Request) -> Resource:
    return resources.create(google, request, request.body["type"])


@answers("monitoring.services.create")
def _service(google: Google, request: Request) -> Resource:
    return resources.create(google, request, request.query.get("serviceId", ""))


@answers("monitoring.services.serviceLevelObjectives.create")
def _slo(google: Google, request: Request) -> Resource:
    return resources.create(google, request, request.query.get("serviceLevelObjectiveId", ""))
