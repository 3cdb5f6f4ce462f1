"""Rules of Google about requests: those that also check a resource of Terraform.

A rule reads the attributes of a Terraform type. The fields of the API's objects have the same names
in camelCase, so that an object is read as a resource. `_RULES` names the rules that hold here: the
served Google checks everything else by its discovery documents and by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.serve.errors import ApiError
from offline.serve.naming import identifier
from offline.serve.shapes import CREATE
from offline.services import catalog
from offline.services.context import RuleContext

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_TYPES = {
    ("alloydb", "clusters"): "google_alloydb_cluster",
    ("apigee", "organizations"): "google_apigee_organization",
    ("compute", "addresses"): "google_compute_global_address",
    ("compute", "subnetworks"): "google_compute_subnetwork",
    ("file", "instances"): "google_filestore_instance",
    ("logging", "metrics"): "google_logging_metric",
    ("memcache", "instances"): "google_memcache_instance",
    ("monitoring", "alertPolicies"): "google_monitoring_alert_policy",
    ("monitoring", "metricDescriptors"): "google_monitoring_metric_descriptor",
    ("monitoring", "serviceLevelObjectives"): "google_monitoring_slo",
    ("redis", "instances"): "google_redis_instance",
    ("servicenetworking", "connections"): "google_service_networking_connection",
    ("sqladmin", "databases"): "google_sql_database",
    ("sqladmin", "instances"): "google_sql_database_instance",
    ("sqladmin", "users"): "google_sql_user",
    ("vpcaccess", "connectors"): "google_vpc_access_connector",
}
"""Types by API and collection: what the rules check, and what they look at besides."""
_RENAMED = {"secondaryIpRanges": "secondary_ip_range"}
"""Fields whose attribute has another name."""
_RULES = re.compile(
    r"compute\.networks\.(overlap|prohibited|subnet_size)"
    r"|monitoring\.alert_policies\.(?!channels_exist)\w+"
    r"|monitoring\.slos\.(indicator|two_filters)"
    r"|servicenetworking\.(range_left|ranges_exist)"
    r"|sql\.dependencies\.reserved_\w+"
    r"|vpcaccess\.connector_range"
)


def check(google: Google, request: Request) -> None:
    """Check what a request creates or changes. Raises ApiError."""
    words, body = request.path.split("/"), request.body
    if request.method.verb_name in CREATE and request.method.verb == "POST":
        type_ = _TYPES.get((request.api, words[-1]))
        path, prior = f"{request.path}/{identifier(request, body) or '-'}", None
    elif request.method.verb in {"PATCH", "PUT"}:
        type_ = _type(request.api, request.path)
        path, prior = request.path, google.store.resources.get((request.api, request.path))
        body = {**(prior or {}), **body}
    else:
        return
    if type_ is None:
        return
    rules = [rule for rule in catalog.rules(type_, "apply") if _RULES.fullmatch(rule.name)]
    if not rules:
        return
    seen = prior and _attributes(google, path, prior)
    context = RuleContext(type_, _attributes(google, path, body), seen, _view(google), Quotas())
    for rule in rules:
        reason = rule.check(context) if rule.mode == "refuse" else None
        if reason is not None:
            parts = re.fullmatch(r"(.*), (\w+)", reason, re.DOTALL)
            raise ApiError(rule.code, *(parts.groups() if parts else (reason,)))


def _view(google: Google) -> FakeCloud:
    """Return what exists as resources of Terraform."""
    cloud = FakeCloud()
    for (api, path), held in google.store.resources.items():
        if type_ := _type(api, path):
            cloud.resources.setdefault(type_, {})[path] = _attributes(google, path, held)
    return cloud


def _type(api: str, path: str) -> str | None:
    """Return the type of what has this path. The type of a metric has slashes of its own."""
    words = path.split("/")
    if "metricDescriptors" in words[:-1]:
        return _TYPES.get((api, "metricDescriptors"))
    return _TYPES.get((api, words[-2] if len(words) > 1 else ""))


def _attributes(google: Google, path: str, held: Resource) -> dict[str, Any]:
    value: dict[str, Any] = _read(google, held)
    indicator = value.pop("service_level_indicator", {})
    value |= {f"{name.removesuffix('_sli')}_sli": part for name, part in indicator.items()}
    places = dict(re.findall(r"(project|location|region|instance|service)s/([^/]+)/", path))
    return {**value, **places, "id": path, "name": str(held.get("name") or path).split("/")[-1]}


def _read(google: Google, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            _RENAMED.get(name, _snake_case(name)): _read(google, item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_read(google, item) for item in value]
    is_path = isinstance(value, str) and value.startswith("projects/")
    return google.canonical(value) if is_path else value


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda found: f"_{found[0].lower()}", name)
