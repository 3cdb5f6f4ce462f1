"""Compute Engine: the images that Google and others publish."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from offline.serve import changes, resources
from offline.serve.computed import project_of
from offline.serve.errors import NotFoundError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_PUBLISHERS = frozenset(
    """
    almalinux-cloud centos-cloud cloud-hpc-image-public confidential-vm-images cos-cloud
    debian-cloud deeplearning-platform-release fedora-cloud fedora-coreos-cloud
    freebsd-org-cloud-dev google.com:cloudsdktool ml-images opensuse-cloud oracle-linux-cloud
    rhel-cloud rhel-sap-cloud rocky-linux-cloud suse-cloud suse-sap-cloud ubuntu-os-cloud
    ubuntu-os-pro-cloud windows-cloud windows-sql-cloud
    """.split()
)
"""Projects of public images (page "Operating system details",
https://cloud.google.com/compute/docs/images/os-details, and `gcloud compute images list`)."""
_VERSION = re.compile(r"-v?\d{8,}(?:-[\w-]+)?$")
_SIZE = 10
"""GB of an image: that of Debian's."""


@answers("compute.images.get")
def _get(google: Google, request: Request) -> Resource:
    """Return an image; a publisher has any."""
    if (google.store.resources.get(("compute", request.path))) is not None or not _is_public(
        request
    ):
        return resources.find(google, request)
    return _image(google, request, request.path.rpartition("/")[2])


@answers("compute.images.getFromFamily", "compute.imageFamilyViews.get")
def _newest(google: Google, request: Request) -> Resource:
    """Return the newest image of a family; a publisher has any family."""
    family = request.path.rpartition("/")[2]
    parent = f"projects/{project_of(request.path)}/global/images"
    found: Resource | None = next(
        (
            one
            for one in reversed(google.store.children("compute", parent))
            if one.get("family") == family
        ),
        None,
    )
    if found is None and not _is_public(request):
        raise NotFoundError(request.path)
    found = found or _image(google, request, f"{family}-v20260101", family)
    return found if request.method.verb_name == "getFromFamily" else {"image": found}


def _is_public(request: Request) -> bool:
    return project_of(request.path) in _PUBLISHERS


def _image(google: Google, request: Request, name: str, family: str = "") -> Resource:
    image = {
        "name": name,
        "family": family or _VERSION.sub("", name),
        "diskSizeGb": str(_SIZE),
        "archiveSizeBytes": str(_SIZE << 27),
        "architecture": "ARM64" if "arm64" in name else "X86_64",
        "sourceType": "RAW",
        "status": "READY",
    }
    method = request.method.document.by_id["compute.images.get"]
    path = f"projects/{project_of(request.path)}/global/images/{name}"
    return changes.fill(google, method, path, image, created=False)
