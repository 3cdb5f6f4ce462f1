"""HashiCorp's utility providers, for a machine that has none of them."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline.utility_providers.provider import Utility

VERSIONS: Mapping[str, str] = {
    "archive": "2.8.0",
    "external": "2.4.0",
    "local": "2.9.0",
    "null": "3.3.1",
    "time": "0.14.0",
    "tls": "4.2.1",
}
"""The providers, and the version that each of them answers as."""
_MODULES = {
    "archive": "archives",
    "external": "programs",
    "local": "files",
    "null": "nothing",
    "time": "moments",
    "tls": "certificates",
}
"""Where BEHAVIOR of a provider is. Each is loaded when it is needed."""


def served() -> frozenset[str]:
    """Return the names of those that this machine can serve: tls needs a library."""
    has_keys = importlib.util.find_spec("cryptography") is not None
    return frozenset(name for name in VERSIONS if name != "tls" or has_keys)


def utility(name: str, folder: Callable[[], Path]) -> Utility:
    """Return a provider. `folder` returns where Terraform runs."""
    from offline.utility_providers.provider import Utility  # noqa: PLC0415 (with the engine)

    module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
    return Utility(name, module.BEHAVIOR, folder)
