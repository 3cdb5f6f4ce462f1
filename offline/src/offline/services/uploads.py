"""What the provider uploads from files: hashes in the state, and changes of content in plans.

Source: resource_apigee_api.go, resource_apigee_sharedflow.go and resource_storage_bucket_object.go
of the provider. A file that cannot be read changes nothing; the provider fails when it uploads it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from offline.protocol.values import UNKNOWN

_FILES = {
    "google_apigee_api": "config_bundle",
    "google_apigee_sharedflow": "config_bundle",
    "google_storage_bucket_object": "source",
}
_REVISION = ("latest_revision_id", "meta_data", "revision")
_FOLLOWING = {
    "google_apigee_api": _REVISION,
    "google_apigee_sharedflow": _REVISION,
    "google_storage_bucket_object": ("crc32c", "generation", "md5hash"),
}
"""What is unknown until other content is uploaded."""


def planned(
    type_: str, prior: Mapping[str, Any] | None, value: Mapping[str, Any], directory: Path | None
) -> dict[str, Any]:
    """Return what a plan says of uploaded content; relative files are in the directory."""
    md5 = _md5(type_, value, directory) if prior is not None else None
    if prior is None or md5 is None:
        return {}
    if prior.get("detect_md5hash") == base64.b64encode(md5).decode():
        return {"detect_md5hash": prior["detect_md5hash"]}
    return dict.fromkeys(_FOLLOWING[type_], UNKNOWN)


def read(type_: str, value: Mapping[str, Any], directory: Path | None) -> dict[str, Any]:
    """Return the hashes that the state has after an upload."""
    md5 = _md5(type_, value, directory)
    if md5 is None:
        return {}
    text = base64.b64encode(md5).decode()
    hashes = {"detect_md5hash": text, "md5hash": text, "md5hexhash": md5.hex()}
    return {name: item for name, item in hashes.items() if name in value}


def _md5(type_: str, value: Mapping[str, Any], directory: Path | None) -> bytes | None:
    if type_ not in _FILES:
        return None
    content, source = value.get("content"), value.get(_FILES[type_])
    if isinstance(content, str) and content:
        data = content.encode()
    elif isinstance(source, str) and source:
        try:
            data = Path(directory or "", source).read_bytes()
        except OSError:
            return None
    else:
        return None
    return hashlib.md5(data, usedforsecurity=False).digest()
