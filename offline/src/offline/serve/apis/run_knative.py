"""Cloud Run's version 1: services and domain mappings in the form of Knative.

Source: page "namespaces.services" of the API,
https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.store import Resource

_SCALE = "autoscaling.knative.dev/maxScale"


def fill_knative(google: Google, path: str, resource: Resource) -> None:
    """Fill in metadata and status, and what the template of a service has by default."""
    _, namespace, kind, name = path.split("/")[:4]
    number = google.number(namespace)
    before = resource.get("status", {})
    generation = int(before.get("observedGeneration", 0)) + 1
    metadata = resource["metadata"]
    metadata |= {"generation": generation, "resourceVersion": f"AAY{google.store.serial():x}"}
    metadata["namespace"] = number
    metadata["selfLink"] = f"/apis/serving.knative.dev/v1/namespaces/{number}/{kind}/{name}"
    metadata.setdefault("uid", f"{google.store.serial():08x}-0000-4000-8000-000000000000")
    metadata.setdefault("creationTimestamp", google.stamp)
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": google.stamp}
    status = {"observedGeneration": generation, "conditions": [ready]}
    resource["status"] = status
    if kind == "domainmappings":
        status["mappedRouteName"] = resource.get("spec", {}).get("routeName", "")
        status["resourceRecords"] = [{"type": "CNAME", "rrdata": "ghs.googlehosted.com."}]
        return
    template = resource["spec"].setdefault("template", {})
    spec = template.setdefault("spec", {})
    inner = template.setdefault("metadata", {})
    inner.setdefault("annotations", {}).setdefault(_SCALE, "100")
    inner.setdefault("labels", {}).setdefault("run.googleapis.com/startupProbeType", "Default")
    spec.setdefault("serviceAccountName", f"{number}-compute@developer.gserviceaccount.com")
    spec.setdefault("timeoutSeconds", 300)
    spec.setdefault("containerConcurrency", 80)
    revision = inner.get("name") or f"{name}-{generation:05d}-x"
    traffic = resource["spec"].setdefault("traffic", [{"latestRevision": True, "percent": 100}])
    url = f"https://{name}-{number}.{_location(metadata)}.run.app"
    status |= {
        "url": url,
        "address": {"url": url},
        "latestCreatedRevisionName": revision,
        "latestReadyRevisionName": revision,
        "traffic": [{"revisionName": revision, **target} for target in traffic],
    }


def _location(metadata: Resource) -> str:
    labels = metadata.get("labels", {})
    return str(labels.get("cloud.googleapis.com/location", "us-central1"))
