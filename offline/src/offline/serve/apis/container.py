"""Kubernetes Engine: clusters, and node pools with the groups of their instances.

Source: pages "projects.locations.clusters" and "projects.locations.clusters.nodePools" of the API,
https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1. The size of a node pool
is that of its managed instance groups of Compute Engine, one in each zone.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from offline.serve import resources
from offline.serve.apis.compute_instances import method_of
from offline.serve.changes import fill as fill_in
from offline.serve.computed import link
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_CLUSTERS = "container.projects.locations.clusters"
_VERSION = "1.33.3-gke.1136000"


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in what depends on the place of a cluster or a pool."""
    kind, name = path.split("/")[-2:]
    resource["name"] = name
    place = path.split("/")[3]
    zones = [place] if place.count("-") > 1 else [f"{place}-{letter}" for letter in "abc"]
    if kind == "clusters":
        resource.setdefault("locations", zones)
        for name in ("network", "subnetwork"):
            resource["networkConfig"].setdefault(name, resource[name])
        if not resource.get("autopilot", {}).get("enabled"):
            resource["addonsConfig"].setdefault(
                "gcePersistentDiskCsiDriverConfig", {"enabled": True}
            )
    elif kind == "nodePools":
        cluster = google.store.resources.get(("container", path.rpartition("/nodePools/")[0]), {})
        resource.setdefault("locations", cluster.get("locations", zones))
        _group(google, path, resource)


def _group(google: Google, path: str, pool: Resource) -> None:
    """Keep one managed instance group for each zone of a pool, as large as the pool."""
    _, project, _, _, _, cluster, _, name = path.split("/")
    urls = []
    for zone in pool["locations"]:
        place = f"projects/{project}/zones/{zone}/instanceGroupManagers/gke-{cluster}-{name}-grp"
        manager = google.store.resources.setdefault(
            ("compute", place), {"name": place.rpartition("/")[2]}
        )
        manager["targetSize"] = pool.get("initialNodeCount", 0)
        method = method_of("compute.instanceGroupManagers.get")
        fill_in(google, method, place, manager, created=False)
        urls.append(link("compute", "v1", place))
    pool["instanceGroupUrls"] = urls


@answers(f"{_CLUSTERS}.create")
def _create(google: Google, request: Request) -> Resource:
    """Create a cluster with its node pools; without any, Google makes default-pool."""
    cluster = resources.unwrapped(request)
    path = f"{request.path}/{cluster['name']}"
    default = {
        "name": "default-pool",
        "initialNodeCount": cluster.get("initialNodeCount", 0),
        "config": cluster.pop("nodeConfig", {}),
    }
    is_autopilot = cluster.get("autopilot", {}).get("enabled")
    pools = cluster.pop("nodePools", None) or ([] if is_autopilot else [default])
    operation = resources.create(google, request, cluster["name"], cluster)
    method = request.method.document.by_id[f"{_CLUSTERS}.nodePools.create"]
    for pool in copy.deepcopy(pools):
        place = f"{path}/nodePools/{pool['name']}"
        google.store.resources["container", place] = pool
        fill_in(google, method, place, pool, created=True)
    return operation


@answers(f"{_CLUSTERS}.get")
def _get(google: Google, request: Request) -> Resource:
    return _with_pools(google, request.path, resources.find(google, request))


@answers(f"{_CLUSTERS}.list")
def _list(google: Google, request: Request) -> Resource:
    held = google.store.children("container", request.path)
    parent = request.path
    return resources.listed(
        request, [_with_pools(google, f"{parent}/{one['name']}", one) for one in held]
    )


def _with_pools(google: Google, path: str, cluster: Resource) -> Resource:
    """Return a cluster with its pools; its nodes are like those of the first."""
    pools = google.store.children("container", f"{path}/nodePools")
    if not pools:
        return dict(cluster)
    groups = [url for pool in pools for url in pool["instanceGroupUrls"]]
    more = {"nodeConfig": pools[0]["config"], "instanceGroupUrls": groups}
    return {**cluster, "nodePools": pools, **more}


@answers(f"{_CLUSTERS}.update")
def _update(google: Google, request: Request) -> Resource:
    """Set the field that each desired… of a ClusterUpdate names."""
    cluster = google.find("container", request.path)
    for name, value in request.body.get("update", {}).items():
        field = name.removeprefix("desired")
        _set(cluster, field[0].lower() + field[1:], copy.deepcopy(value))
    fill_in(google, request.method, request.path, cluster, created=False)
    return google.operations.reply(request, cluster)


_NETWORK = {
    "datapathProvider",
    "defaultSnatStatus",
    "dnsConfig",
    "enableFqdnNetworkPolicy",
    "enableMultiNetworking",
    "gatewayApiConfig",
    "inTransitEncryptionConfig",
    "networkPerformanceConfig",
    "privateIpv6GoogleAccess",
    "serviceExternalIpsConfig",
}
"""Fields of a cluster's network that a ClusterUpdate has in addition to the others."""
_ELSEWHERE = {
    "clusterAutoscaling": ("autoscaling",),
    "defaultEnablePrivateNodes": ("networkConfig", "defaultEnablePrivateNodes"),
    "enablePrivateEndpoint": ("privateClusterConfig", "enablePrivateEndpoint"),
    "intraNodeVisibilityConfig": ("networkConfig", "enableIntraNodeVisibility"),
    "l4ilbSubsettingConfig": ("networkConfig", "enableL4ilbSubsetting"),
    "masterVersion": ("currentMasterVersion",),
    "nodePoolAutoConfigNetworkTags": ("nodePoolAutoConfig", "networkTags"),
    "nodeVersion": ("currentNodeVersion",),
    "stackType": ("ipAllocationPolicy", "stackType"),
}
"""Where a cluster holds a field that a ClusterUpdate names otherwise."""


def _set(cluster: Resource, field: str, value: Any) -> None:
    """Set a field of a cluster; parts of an addon's settings that are not named stay."""
    path = _ELSEWHERE.get(field, ("networkConfig", field) if field in _NETWORK else (field,))
    if field in {"intraNodeVisibilityConfig", "l4ilbSubsettingConfig"}:
        value = value.get("enabled", False)
    if value == "-":  # the newest version
        value = _VERSION
    for part in path[:-1]:
        cluster = cluster.setdefault(part, {})
    if field in {"addonsConfig", "controlPlaneEndpointsConfig"}:
        for name, inner in value.items():
            cluster.setdefault(field, {})[name] = inner
    else:
        cluster[path[-1]] = value


@answers(f"{_CLUSTERS}.setResourceLabels", f"{_CLUSTERS}.setLegacyAbac")
def _set_whole(google: Google, request: Request) -> Resource:
    """Set labels and the legacy authorization, as a whole."""
    cluster = google.find("container", request.path)
    if request.method.verb_name == "setLegacyAbac":
        cluster["legacyAbac"] = {"enabled": request.body.get("enabled", False)}
    else:
        cluster["resourceLabels"] = dict(request.body.get("resourceLabels", {}))
    fill_in(google, request.method, request.path, cluster, created=False)
    return google.operations.reply(request, cluster)


@answers(f"{_CLUSTERS}.nodePools.update", f"{_CLUSTERS}.nodePools.setSize")
def _update_pool(google: Google, request: Request) -> Resource:
    """Set fields of a pool, or of the configuration of its nodes."""
    pool = google.find("container", request.path)
    known = request.method.document.properties("NodePool")
    for name, value in copy.deepcopy(request.body).items():
        if name == "nodeCount":
            pool["initialNodeCount"] = value
        elif name == "nodeVersion":
            pool["version"] = _VERSION if value == "-" else value
        elif name == "nodeNetworkConfig":
            pool["networkConfig"] = value
        elif name in known:
            pool[name] = value
        else:
            named = {"labels", "taints", "tags", "linuxNodeConfig", "resourceLabels"}
            inner = value.get(name, value) if name in named and isinstance(value, dict) else value
            pool["config"][name] = inner
    fill_in(google, request.method, request.path, pool, created=False)
    return google.operations.reply(request, pool)


@answers(f"{_CLUSTERS}.nodePools.delete", f"{_CLUSTERS}.delete")
def _delete(google: Google, request: Request) -> Resource:
    """Delete a pool or a cluster with the groups of its instances."""
    held = google.find("container", request.path)
    pools = [held, *google.store.children("container", f"{request.path}/nodePools")]
    for url in [url for pool in pools for url in pool.get("instanceGroupUrls", [])]:
        place = url.partition("/compute/v1/")[2]
        google.store.remove("compute", place)
        google.store.remove("compute", place.replace("/instanceGroupManagers/", "/instanceGroups/"))
    google.store.remove("container", request.path)
    return google.operations.reply(request, held)


@answers("container.projects.locations.getServerConfig")
def _server_config(_: Google, __: Request) -> Resource:
    """Return the versions that can be had (page "GKE release schedule")."""
    versions = [_VERSION]
    channels = ("RAPID", "REGULAR", "STABLE", "EXTENDED")
    return {
        "defaultClusterVersion": _VERSION,
        "validMasterVersions": versions,
        "validNodeVersions": versions,
        "validImageTypes": ["COS_CONTAINERD", "UBUNTU_CONTAINERD"],
        "defaultImageType": "COS_CONTAINERD",
        "channels": [
            {"channel": one, "defaultVersion": _VERSION, "validVersions": versions}
            for one in channels
        ],
    }
