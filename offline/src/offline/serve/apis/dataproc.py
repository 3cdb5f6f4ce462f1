"""Dataproc: what a cluster has by default.

Source: page "projects.regions.clusters" of the API,
https://cloud.google.com/dataproc/docs/reference/rest/v1/projects.regions.clusters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve.computed import link

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.store import Resource

_GROUPS = {"masterConfig": 1, "workerConfig": 2}
"""Groups of instances that every cluster has, and their sizes."""


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in buckets, software, network and machines of a cluster on Compute Engine."""
    _, project, _, region, kind, name = path.split("/")[:6]
    if kind != "clusters" or "virtualClusterConfig" in resource:
        return
    config = resource.setdefault("config", {})
    number = google.number(project)
    for field, use in (("configBucket", "staging"), ("tempBucket", "temp")):
        config.setdefault(field, f"dataproc-{use}-{region}-{number}-offline")
    software = config.setdefault("softwareConfig", {})
    software.setdefault("imageVersion", "2.2.64-debian12")
    software.setdefault("properties", {})
    machines = config.setdefault("gceClusterConfig", {})
    machines.setdefault("zoneUri", link("compute", "v1", f"projects/{project}/zones/{region}-a"))
    if "subnetworkUri" not in machines:
        default = link("compute", "v1", f"projects/{project}/global/networks/default")
        machines.setdefault("networkUri", default)
    for field, size in _GROUPS.items():
        group = config.setdefault(field, {})
        count = group.setdefault("numInstances", size)
        group.setdefault("machineTypeUri", "n1-standard-4")
        group.setdefault("minCpuPlatform", "AUTOMATIC")
        group.setdefault("imageUri", "dataproc-2-2-deb12")
        group["instanceNames"] = [f"{name}-{field[0]}-{index}" for index in range(count)]
        disks = group.setdefault("diskConfig", {})
        disks.setdefault("bootDiskSizeGb", 1000)
        disks.setdefault("bootDiskType", "pd-standard")
    resource.setdefault("labels", {}).update(
        {
            "goog-dataproc-cluster-name": name,
            "goog-dataproc-cluster-uuid": resource["clusterUuid"],
            "goog-dataproc-location": region,
        }
    )
