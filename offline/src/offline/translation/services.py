"""Enabled APIs: `google_project_service`.

Source: google/services/resourcemanager/resource_google_project_service.go of the provider at
v6.50.0. The genuine provider enables APIs of one project in batches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline.cloud.fake_cloud import Link
from offline.translation.remote import Remote

TYPE = "google_project_service"
API = "serviceusage"

_SERVICE = "serviceusage/v1/projects/{project}/services/{service}"


def enable(remote: Remote, scope: Mapping[str, Any]) -> Link:
    """Enable an API. Raises RemoteError."""
    remote.send("POST", _SERVICE.format_map(scope) + ":enable", {}, {})
    return Link(API, str(scope["service"]), {"project": str(scope["project"])})


def disable(remote: Remote, scope: Mapping[str, Any]) -> None:
    """Disable an API. Raises RemoteError."""
    dependents = bool(scope.get("disable_dependent_services"))
    body = {"disableDependentServices": True} if dependents else {}
    remote.send("POST", _SERVICE.format_map(scope) + ":disable", {}, body)
