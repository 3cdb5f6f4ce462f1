"""Errors in the provider's words."""

from __future__ import annotations

import re

from offline.protocol.contract import ProviderError

_SERVICE = re.compile(
    r"google_(?:cloud_run_v2|secret_manager|service_networking|artifact_registry|vpc_access|[a-z]+)_"
)


def googleapi_error(doing: str, type_: str, code: int, message: str) -> ProviderError:
    """Return an error in the words of the provider's generated resources, e.g. "Error creating
    Network: ...".
    """
    noun = "".join(part.capitalize() for part in _SERVICE.sub("", type_).split("_"))
    return ProviderError(f"Error {doing} {noun}: googleapi: Error {code}: {message}")
