"""Checksums of a file's content, as local and archive give them."""

from __future__ import annotations

import hashlib
from base64 import b64encode


def checksums(content: bytes) -> dict[str, str]:
    """Return the checksums by name: an algorithm, after `base64` for that encoding."""
    by_name = {
        name: hashlib.new(name, content, usedforsecurity=False)
        for name in ("md5", "sha1", "sha256", "sha512")
    }
    return {name: found.hexdigest() for name, found in by_name.items()} | {
        f"base64{name}": b64encode(by_name[name].digest()).decode() for name in ("sha256", "sha512")
    }
