"""Cloud Run: what containers of services and jobs have by default, and an empty scaling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve.apis.run_knative import fill_knative

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.store import Resource

_LIMITS = {"cpu": "1000m", "memory": "512Mi"}


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in the ports and limits of containers, and what Knative has besides."""
    if resource.get("scaling") == {}:  # the provider sends an update to zeros so
        resource["scaling"] = {"minInstanceCount": 0}
    kind = path.split("/")[-2]
    if path.startswith("namespaces/"):
        fill_knative(google, path, resource)
        template = resource.get("spec", {}).get("template", {}).get("spec", {})
    else:
        template = resource.get("template", {})
    if kind == "jobs":
        template = template.get("template", {})
    for container in template.get("containers", []):
        container.setdefault("resources", {}).setdefault("limits", dict(_LIMITS))
        if kind == "services" and "ports" not in container and len(template["containers"]) == 1:
            container["ports"] = [{"name": "http1", "containerPort": 8080}]
        for port in container.get("ports", []):
            port.setdefault("name", "http1")
