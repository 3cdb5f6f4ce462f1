"""Compute Engine: instances with their disks and interfaces, disks and snapshots.

Source: pages "instances", "disks" and "snapshots" of the API,
https://cloud.google.com/compute/docs/reference/rest/v1.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from offline.serve import resources
from offline.serve.changes import fill
from offline.serve.computed import link
from offline.serve.discovery import documents, resource_path
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.discovery import Method
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_FAMILY = re.compile(r"/images/family/([^/]+)$")
_SIZE = "10"
"""GB of a disk whose image and request name no size."""
_TAKEN = (
    *("description", "labels", "resourcePolicies", "resourceManagerTags", "provisionedIops"),
    *("provisionedThroughput", "architecture", "storagePool", "enableConfidentialCompute"),
)
"""Fields of a disk that the parameters of an instance's disk name."""


def fill_instance(google: Google, path: str, instance: Resource) -> None:
    """Fill in what an instance that runs has, and make the disks it asks for."""
    zone = path.partition("/instances/")[0]
    instance.setdefault("cpuPlatform", "Intel Broadwell")
    instance.setdefault("lastStartTimestamp", google.stamp)
    for name in ("metadata", "tags"):
        instance.setdefault(name, {})["fingerprint"] = _fingerprint(google)
    _schedule(instance)
    shielded = instance.setdefault("shieldedInstanceConfig", {})
    for name, value in _SHIELDED.items():
        shielded.setdefault(name, value)
    for index, interface in enumerate(instance.get("networkInterfaces", [])):
        _interface(google, interface, index, zone)
    for index, disk in enumerate(instance.get("disks", [])):
        _attach(google, instance, disk, index, zone)


def _schedule(properties: Resource) -> None:
    """Fill in how an instance or those of a template are scheduled."""
    scheduling = properties.setdefault("scheduling", {})
    is_standard = scheduling.setdefault("provisioningModel", "STANDARD") == "STANDARD"
    scheduling.setdefault("onHostMaintenance", "MIGRATE" if is_standard else "TERMINATE")
    scheduling.setdefault("automaticRestart", is_standard)


_SHIELDED = {"enableSecureBoot": False, "enableVtpm": True, "enableIntegrityMonitoring": True}
"""Page "What is Shielded VM?", https://cloud.google.com/compute/shielded-vm/docs/shielded-vm."""


def _interface(google: Google, interface: Resource, index: int, zone: str) -> None:
    octet = google.store.serial() % 250 + 2
    interface.setdefault("name", f"nic{index}")
    interface.setdefault("networkIP", f"10.200.0.{octet}")
    interface.setdefault("stackType", "IPV4_ONLY")
    interface["fingerprint"] = _fingerprint(google)
    subnetwork = interface.get("subnetwork")
    if subnetwork and not interface.get("network"):
        held = google.store.resources.get(("compute", _place(subnetwork)), {})
        project = _place(subnetwork).partition("/regions/")[0]
        default = link("compute", "v1", f"{project}/global/networks/default")
        interface["network"] = held.get("network", default)
    elif not subnetwork and interface.get("network"):
        project, _, name = _place(interface["network"]).partition("/global/networks/")
        region = zone.rpartition("/")[2].rpartition("-")[0]
        place = f"{project}/regions/{region}/subnetworks/{name}"
        if name == "default" or ("compute", place) in google.store.resources:
            interface["subnetwork"] = link("compute", "v1", place)
    for access in interface.get("accessConfigs", []):
        access.setdefault("name", "external-nat")
        access.setdefault("type", "ONE_TO_ONE_NAT")
        access.setdefault("natIP", f"203.0.113.{octet}")
        access.setdefault("networkTier", "PREMIUM")


def _attach(google: Google, instance: Resource, disk: Resource, index: int, zone: str) -> None:
    """Fill in an attached disk; one with parameters is made."""
    disk["index"] = index
    disk.setdefault("deviceName", f"persistent-disk-{index}")
    disk.setdefault("mode", "READ_WRITE")
    disk.setdefault("type", "PERSISTENT")
    disk.setdefault("interface", "SCSI")
    wanted = disk.pop("initializeParams", None)
    if wanted is None or disk["type"] == "SCRATCH":
        return
    device = disk["deviceName"]
    own = instance["name"] if disk.get("boot") else f"{instance['name']}-{device}"
    name = wanted.get("diskName") or own
    place = f"{zone}/disks/{name}"
    made: Resource = {"name": name, "users": [instance["selfLink"]]}
    made |= {field: wanted[field] for field in _TAKEN if wanted.get(field)}
    for field, given in (("type", "diskType"), ("sizeGb", "diskSizeGb")):
        made |= {field: str(wanted[given])} if wanted.get(given) else {}
    for field in ("sourceImage", "sourceSnapshot"):
        made |= {field: wanted[field]} if wanted.get(field) else {}
    if key := disk.get("diskEncryptionKey"):
        made["diskEncryptionKey"] = key
    google.store.resources["compute", place] = made
    fill(google, method_of("compute.disks.get"), place, made, created=True)
    disk["source"] = link("compute", "v1", place)
    disk["diskSizeGb"] = made["sizeGb"]


def fill_disk(google: Google, path: str, disk: Resource) -> None:
    """Fill in size and type of a disk, and the newest image of a family."""
    zone = path.partition("/disks/")[0]
    disk.setdefault("type", link("compute", "v1", f"{zone}/diskTypes/pd-standard"))
    disk.setdefault("physicalBlockSizeBytes", "4096")
    if image := disk.get("sourceImage"):
        disk["sourceImage"] = _FAMILY.sub(r"/images/\1-v20260101", image)
    source = disk.get("sourceSnapshot") or disk.get("sourceDisk") or disk.get("sourceImage") or ""
    held = google.store.resources.get(("compute", _place(source)), {})
    disk.setdefault("sizeGb", held.get("diskSizeGb") or held.get("sizeGb") or _SIZE)


def fill_template(google: Google, path: str, template: Resource) -> None:  # noqa: ARG001
    """Fill in names of interfaces and devices of an instance template."""
    properties = template.setdefault("properties", {})
    _schedule(properties)
    for name in ("metadata", "tags"):
        properties.setdefault(name, {})["fingerprint"] = _fingerprint(google)
    for index, interface in enumerate(properties.get("networkInterfaces", [])):
        interface.setdefault("name", f"nic{index}")
    for index, disk in enumerate(properties.get("disks", [])):
        disk["index"] = index
        disk.setdefault("deviceName", f"persistent-disk-{index}")
        disk.setdefault("mode", "READ_WRITE")
        disk.setdefault("type", "PERSISTENT")


def fill_snapshot(google: Google, path: str, snapshot: Resource) -> None:  # noqa: ARG001
    """Fill in size and id of the disk that a snapshot is of."""
    held = google.store.resources.get(("compute", _place(snapshot.get("sourceDisk", ""))), {})
    snapshot.setdefault("diskSizeGb", held.get("sizeGb", _SIZE))
    snapshot.setdefault("sourceDiskId", held.get("id", "0"))
    for field in ("storageBytes", "downloadBytes"):
        snapshot.setdefault(field, "0")
    for field in ("licenses", "architecture"):
        if held.get(field):
            snapshot.setdefault(field, held[field])


@answers("compute.disks.createSnapshot", "compute.regionDisks.createSnapshot")
def _snapshot(google: Google, request: Request) -> Resource:
    disk = request.path.rpartition("/")[0]
    google.find("compute", disk)
    place = f"projects/{disk.split('/')[1]}/global/snapshots/{request.body['name']}"
    snapshot = {**request.body, "sourceDisk": link("compute", "v1", disk)}
    google.store.resources["compute", place] = snapshot
    fill(google, method_of("compute.snapshots.get"), place, snapshot, created=True)
    return google.operations.reply(request, snapshot)


@answers("compute.instances.delete")
def _delete(google: Google, request: Request) -> Resource:
    """Delete an instance with the disks that go with it."""
    held = resources.find(google, request)
    for disk in held.get("disks", []):
        if disk.get("autoDelete"):
            google.store.remove("compute", _place(disk.get("source", "")))
    google.store.remove("compute", request.path)
    return google.operations.reply(request, held)


@answers("compute.instances.attachDisk")
def _attach_disk(google: Google, request: Request) -> Resource:
    path, instance = _instance(google, request)
    disks = instance.setdefault("disks", [])
    disk = dict(request.body)
    disk.setdefault("deviceName", str(disk.get("source", "")).rpartition("/")[2])
    disks.append(disk)
    return _changed(google, request, path, instance)


@answers("compute.instances.detachDisk")
def _detach_disk(google: Google, request: Request) -> Resource:
    path, instance = _instance(google, request)
    device = request.query["deviceName"]
    instance["disks"] = [one for one in instance["disks"] if one["deviceName"] != device]
    return _changed(google, request, path, instance)


@answers("compute.instances.start", "compute.instances.resume", "compute.instances.reset")
def _start(google: Google, request: Request) -> Resource:
    path, instance = _instance(google, request)
    instance["status"] = "RUNNING"
    return _changed(google, request, path, instance)


@answers("compute.instances.stop", "compute.instances.suspend")
def _stop(google: Google, request: Request) -> Resource:
    path, instance = _instance(google, request)
    is_stopped = request.method.verb_name == "stop"
    instance["status"] = "TERMINATED" if is_stopped else "SUSPENDED"
    return _changed(google, request, path, instance)


@answers("compute.instances.setDeletionProtection")
def _protect(google: Google, request: Request) -> Resource:
    path, instance = _instance(google, request)
    instance["deletionProtection"] = request.query.get("deletionProtection", True)
    return _changed(google, request, path, instance)


def _instance(google: Google, request: Request) -> tuple[str, Resource]:
    path = request.path.rpartition("/")[0]
    return path, google.find("compute", path)


def _changed(google: Google, request: Request, path: str, instance: Resource) -> Resource:
    fill(google, request.method, path, instance, created=False)
    return google.operations.reply(request, instance)


def method_of(name: str) -> Method:
    """Return a method of the newest version by its id."""
    return next(one.by_id[name] for one in documents("compute") if one.version == "v1")


def _place(address: str) -> str:
    """Return the path of a link."""
    return resource_path(re.sub(r"^https?://[^/]+/", "", address))


def _fingerprint(google: Google) -> str:
    return base64.b64encode(str(google.store.serial()).encode()).decode()
