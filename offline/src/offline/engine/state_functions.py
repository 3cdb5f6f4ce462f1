"""How the provider writes a configured value into plan and state.

Named after the provider's functions (StateFunc), as the facts name them; source: the files of
hashicorp/google v6.50.0 that are named next to each. A function that is not here changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from offline.provider_facts.json_text import normalized


def stored(function: str | None, value: Any) -> Any:
    """Return a value as the provider's function of that name stores it."""
    if function not in _FUNCTIONS or not isinstance(value, str):
        return value
    try:
        return _FUNCTIONS[function](value)
    except json.JSONDecodeError:
        return value


_FUNCTIONS: dict[str | None, Callable[[str], str]] = {
    "ToUpper": str.upper,  # storage/resource_storage_bucket.go, location
    "ToLower": str.lower,
    "NormalizeJsonString": normalized,  # helper/structure of the plugin SDK
    "CanonicalizeServiceScope": lambda scope: (  # tpgresource/service_scope.go
        f"https://www.googleapis.com/auth/{_SCOPES[scope]}" if scope in _SCOPES else scope
    ),
}
_SCOPES: dict[str, str] = {
    "bigquery": "bigquery",
    "cloud-platform": "cloud-platform",
    "cloud-source-repos": "source.full_control",
    "cloud-source-repos-ro": "source.read_only",
    "compute-ro": "compute.readonly",
    "compute-rw": "compute",
    "datastore": "datastore",
    "logging-write": "logging.write",
    "monitoring": "monitoring",
    "monitoring-read": "monitoring.read",
    "monitoring-write": "monitoring.write",
    "pubsub": "pubsub",
    "service-control": "servicecontrol",
    "service-management": "service.management.readonly",
    "sql": "sqlservice",
    "sql-admin": "sqlservice.admin",
    "storage-full": "devstorage.full_control",
    "storage-ro": "devstorage.read_only",
    "storage-rw": "devstorage.read_write",
    "taskqueue": "taskqueue",
    "trace": "trace.append",
    "useraccounts-ro": "cloud.useraccounts.readonly",
    "useraccounts-rw": "cloud.useraccounts",
    "userinfo-email": "userinfo.email",
}
