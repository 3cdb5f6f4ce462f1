"""Certificate Manager: the state of managed certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.store import Resource


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Say of a managed certificate that Google has not validated its domains yet.

    Source: https://cloud.google.com/certificate-manager/docs/reference/certificate-manager/rest/v1/projects.locations.certificates#ManagedCertificate
    """
    if path.split("/")[-2] == "certificates" and "managed" in resource:
        resource["managed"].setdefault("state", "PROVISIONING")
