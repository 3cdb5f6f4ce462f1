"""Compute Engine: disks and interfaces of instances and templates as the provider reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.services.behavior import Value, on_answer, on_create, on_read

_LINK = "https://www.googleapis.com/compute/v1/"
_PROJECT = re.compile(r"(?:^|/)projects/([^/]+)/")
_DISK = {
    "disk_type": "pd-standard",
    "interface": "SCSI",
    "mode": "READ_WRITE",
    "type": "PERSISTENT",
}
"""What the API gives the disk of a template that says nothing else."""
_SIZE = 10
"""GB of a disk whose size nothing says."""


@on_read("google_compute_instance")
def read_instance(value: Value) -> dict[str, Any]:
    """Read names of interfaces, and projects of subnetworks (flattenNetworkInterfaces)."""
    interfaces = enumerate(value.get("network_interface") or ())
    return {"network_interface": [_interface(one, index) for index, one in interfaces]}


@on_answer("google_compute_instance")
def networks(value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """Return the network of each subnetwork (Compute, NetworkInterface.network)."""
    interfaces = []
    for one in value.get("network_interface") or ():
        id_ = str(one.get("subnetwork")).removeprefix(_LINK)
        held = cloud.get("google_compute_subnetwork", id_) or {}
        interfaces.append({**one, "network": one.get("network") or held.get("network", "")})
    return {"network_interface": interfaces}


@on_read("google_compute_instance_template", "google_compute_region_instance_template")
def read_template(value: Value) -> dict[str, Any]:
    """Read interfaces, and disks with paths of their images (flattenDisks of the provider)."""
    disks = [_disk(one, index) for index, one in enumerate(value.get("disk") or ())]
    return {**read_instance(value), "disk": disks}


@on_create("google_compute_snapshot")
def snapshot(value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """Return the size of the disk (Compute, Snapshot.diskSizeGb)."""
    source = str(value.get("source_disk")).removeprefix(_LINK)
    disk = cloud.get("google_compute_disk", source) or {}
    return {"disk_size_gb": disk.get("size") or _SIZE}


def _interface(interface: Mapping[str, Any], index: int) -> dict[str, Any]:
    project = _PROJECT.search(interface.get("subnetwork") or "")
    named = {"name": interface.get("name") or f"nic{index}"}
    return {**interface, **named, **({"subnetwork_project": project[1]} if project else {})}


def _disk(disk: Mapping[str, Any], index: int) -> dict[str, Any]:
    answers = {name: disk.get(name) or text for name, text in _DISK.items()}
    answers["device_name"] = disk.get("device_name") or f"persistent-disk-{index}"
    image = str(disk.get("source_image") or "").removeprefix(_LINK)
    boot = bool(disk.get("boot")) or not index
    return {**disk, **answers, "boot": boot, "source_image": image}
