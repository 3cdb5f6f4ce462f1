"""Cloud KMS: a new key has its first version, and is never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.store import Resource


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: FBT001
    """Create the first version of a key."""
    if not created or path.split("/")[-2] != "cryptoKeys":
        return
    version = {
        "name": f"{path}/cryptoKeyVersions/1",
        "state": "ENABLED",
        "createTime": google.stamp,
        "algorithm": resource["versionTemplate"]["algorithm"],
        "protectionLevel": resource["versionTemplate"]["protectionLevel"],
    }
    google.store.resources["cloudkms", version["name"]] = version
    if resource["purpose"] == "ENCRYPT_DECRYPT":
        resource["primary"] = version
