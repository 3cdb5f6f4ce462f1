"""What the provider does to a body beyond its fields (the Encoder functions of its resources)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

Body = dict[str, Any]
Encoder = Callable[[Body, Mapping[str, Any]], Body]
CHANGED = "changed arguments"
"""Where the attributes of an update have the names of what it changes."""
_ENCODERS: dict[str, Encoder] = {}


def encoder(*types: str) -> Callable[[Encoder], Encoder]:
    """Register what a type does to each of its bodies, given the resource's attributes."""

    def register(function: Encoder) -> Encoder:
        _ENCODERS.update(dict.fromkeys(types, function))
        return function

    return register


def encode(type_: str, body: Body, scope: Mapping[str, Any]) -> Body:
    """Return a body as the provider sends it."""
    return _ENCODERS[type_](body, scope) if type_ in _ENCODERS else body


@encoder("google_secret_manager_secret_version")
def _secret_version(body: Body, scope: Mapping[str, Any]) -> Body:
    """Return the payload of a version; a write-only one is not in the plan."""
    data = scope.get("secret_data") or scope.get("secret_data_wo")
    if not data:
        return body
    if not scope.get("is_secret_data_base64"):
        data = base64.b64encode(str(data).encode()).decode()
    return {"payload": {"data": data}}


@encoder("google_sql_user")
def _sql_user(body: Body, scope: Mapping[str, Any]) -> Body:
    """Send a write-only password as any other."""
    password = scope.get("password") or scope.get("password_wo")
    return body | ({"password": password} if password else {})


@encoder("google_service_account")
def _service_account(body: Body, scope: Mapping[str, Any]) -> Body:
    """Put the account in its place; a change has its mask in the body."""
    if "serviceAccount" in body:
        changed = {"description", "display_name"} & scope[CHANGED]
        return body | {"updateMask": ",".join(sorted(changed))}
    email = body.pop("email")
    return {"accountId": email, "serviceAccount": body}


@encoder("google_monitoring_custom_service")
def _custom_service(body: Body, _scope: Mapping[str, Any]) -> Body:
    """Say that the service is one of the user."""
    return {"custom": {}} | body


@encoder("google_compute_global_address")
def _global_address(body: Body, scope: Mapping[str, Any]) -> Body:
    """Say of an external address that it is of the premium tier."""
    is_external = "name" in body and scope.get("address_type") != "INTERNAL"
    return body | ({"networkTier": "PREMIUM"} if is_external else {})


@encoder("google_storage_bucket")
def _bucket(body: Body, _scope: Mapping[str, Any]) -> Body:
    """Say with a creation whether access is uniform, which is false unless the user says so."""
    if "name" in body:
        body.setdefault("iamConfiguration", {}).setdefault(
            "uniformBucketLevelAccess", {"enabled": False}
        )
    return body


@encoder("google_compute_subnetwork")
def _subnetwork(body: Body, scope: Mapping[str, Any]) -> Body:
    """Turn flow logs on or off (expandComputeSubnetworkLogConfig)."""
    logs = body.get("logConfig")
    if logs:
        body["logConfig"] = {"enable": True, "metadataFields": [], **logs}
    elif "name" in body and not str(scope.get("purpose", "")).endswith("MANAGED_PROXY"):
        body["logConfig"] = {"enable": False}
    return body


@encoder("google_sql_database_instance")
def _sql_instance(body: Body, _scope: Mapping[str, Any]) -> Body:
    """Send the data cache with every whole change (recorded from 6.50.0 on 2026-11-27)."""
    if "settingsVersion" in body.get("settings", {}):
        body["settings"].setdefault("dataCacheConfig", {})
    return body
