"""IAM: which permissions a request needs, and which of them its caller has.

A caller has the permissions of its roles on the resource and on what the resource is in: its
parents, its project, its billing account (page "Policy inheritance",
https://cloud.google.com/iam/docs/allow-policies#inheritance). Conditions are evaluated with the
attributes that Google documents (page "Attribute reference for IAM Conditions",
https://cloud.google.com/iam/docs/conditions-attribute-reference).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from facts import permissions
from offline.serve.computed import project_of
from offline.serve.discovery import resource_path
from offline.serve.errors import ApiError

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request

_REFERENCE = re.compile(r"projects/[^/]+/(?:global|regions/[^/]+)/\w+/")
_PUBLIC = {"allUsers", "allAuthenticatedUsers"}
_PROJECTS = "cloudresourcemanager"
_ACT_AS = "iam.serviceAccounts.actAs"
_ACCOUNT = re.compile(r"[a-z0-9-]+@([a-z0-9-]+)\.iam\.gserviceaccount\.com")
_RUNS_AS = {
    "cloudscheduler.projects.locations.jobs.create",
    "cloudscheduler.projects.locations.jobs.patch",
    "run.projects.locations.jobs.create",
    "run.projects.locations.jobs.patch",
    "run.projects.locations.services.create",
    "run.projects.locations.services.patch",
    "workflows.projects.locations.workflows.create",
    "workflows.projects.locations.workflows.patch",
    "bigquerydatatransfer.projects.locations.transferConfigs.create",
}
"""Methods that attach a service account (page "Attach service accounts to resources",
https://cloud.google.com/iam/docs/attach-service-accounts)."""
_USED = {
    "addresses": "compute.addresses.use",
    "backendBuckets": "compute.backendBuckets.use",
    "backendServices": "compute.backendServices.use",
    "networkEndpointGroups": "compute.networkEndpointGroups.use",
    "networks": "compute.networks.use",
    "securityPolicies": "compute.securityPolicies.use",
    "sslCertificates": "compute.sslCertificates.get",
    "sslPolicies": "compute.sslPolicies.use",
    "subnetworks": "compute.subnetworks.use",
    "targetHttpProxies": "compute.targetHttpProxies.use",
    "targetHttpsProxies": "compute.targetHttpsProxies.use",
    "urlMaps": "compute.urlMaps.use",
}
"""Permission to refer to a resource of Compute Engine, by its collection (page "Compute Engine
IAM roles and permissions", https://cloud.google.com/compute/docs/access/iam)."""
_REGIONAL = {"networkEndpointGroups": "compute.regionNetworkEndpointGroups.use"}
_GLOBAL = {"addresses": "compute.globalAddresses.use"}


class Need(NamedTuple):
    """A permission that a request needs, and where."""

    permission: str
    api: str
    path: str


class Access:
    """Raises ApiError for a request whose caller lacks a permission."""

    def __init__(self, *, is_enforced: bool = True) -> None:
        """Without enforcement, what is missing is noted and every request is allowed."""
        self._is_enforced = is_enforced
        self.missing: set[tuple[str, str, str]] = set()
        """Caller, method and permission of what was or would have been refused."""
        self.needed: dict[str, set[str]] = {}
        """Permissions that requests needed, by caller."""
        self.unknown: set[str] = set()
        """Methods whose permissions are on no list: the caller is refused."""

    def __call__(self, google: Google, request: Request) -> None:
        """Check a request. Raises ApiError (403)."""
        for need in needs(google, request, self.unknown):
            self.needed.setdefault(request.caller, set()).add(need.permission)
            if not has(google, request, need):
                self.missing.add((request.caller, request.method.id, need.permission))
                if not self._is_enforced:
                    continue
                message = (
                    f"Permission '{need.permission}' denied on resource '{need.path}' "
                    "(or it may not exist)."
                )
                raise ApiError(403, message, "forbidden")
        if request.method.id in self.unknown and self._is_enforced:
            message = f"the permissions of {request.method.id} are not known"
            raise ApiError(403, message, "forbidden")


def needs(google: Google, request: Request, unknown: set[str]) -> Iterator[Need]:
    """Return what a request needs; a method that is on no list is added to `unknown`."""
    method = request.method.id
    held = permissions.of_method(method)
    if held is None:
        unknown.add(method)
        return
    path = re.sub(r"[:/](?:get|set|test)Iam\w+$|/iam(?:/testPermissions)?$", "", request.path)
    for required in held:
        yield Need(required, request.api, path)
    if method in _RUNS_AS:
        for email, project in sorted(_accounts(request.body)):
            yield Need(_ACT_AS, "iam", f"projects/{project}/serviceAccounts/{email}")
    if request.api == "compute" and request.method.verb in {"POST", "PATCH", "PUT"}:
        for used in sorted(set(_references(request.body))):
            *_, collection, _ = used.split("/")
            of_place = _REGIONAL if "/regions/" in used else _GLOBAL
            if permission := of_place.get(collection) or _USED.get(collection):
                yield Need(permission, "compute", google.canonical(used))


def has(google: Google, request: Request, need: Need) -> bool:
    """Report whether the caller of a request has a permission where it is needed."""
    for api, path in _ancestry(google, request, need):
        policy = google.store.policies.get((api, path))
        for binding in policy.get("bindings", []) if policy else ():
            if (
                {request.caller, *_PUBLIC} & set(binding["members"])
                and _includes(google, binding["role"], need.permission)
                and _holds(google, binding.get("condition"), request, need)
            ):
                return True
    return False


def _ancestry(google: Google, request: Request, need: Need) -> Iterator[tuple[str, str]]:
    """Return the resource and what it is in, as keys of policies."""
    words = need.path.split("/")
    for end in range(len(words), 0, -1):
        yield need.api, "/".join(words[:end])
    if words[0] == "billingAccounts":
        yield "cloudbilling", "/".join(words[:2])
    if words[0] in {"billingAccounts", "organizations"} and need.api != "apigee":
        return
    if project := _project(google, request, need):
        yield _PROJECTS, f"projects/{project}"
        yield _PROJECTS, "organizations/1122334455"


def _project(google: Google, request: Request, need: Need) -> str:
    words = need.path.split("/")
    if need.api == "storage" and words[0] == "b":
        bucket = google.store.resources.get(("storage", "/".join(words[:2])), {})
        named = str(bucket.get("projectNumber") or request.query.get("project", ""))
    elif need.api == "apigee":
        named = words[1] if len(words) > 1 else project_of(request.query.get("parent", ""))
    elif not (named := project_of(need.path)):
        given = {**request.body, **request.query}
        network = str(given.get("network") or given.get("consumerNetwork") or "")
        job = request.body.get("transferJob", {}).get("projectId", "")
        named = str(
            given.get("projectId")
            or given.get("project")
            or job
            or project_of(network)
            or request.parameters.get("projectId", "")
        )
    return google.canonical(f"projects/{named}").removeprefix("projects/") if named else ""


def _includes(google: Google, role: str, permission: str) -> bool:
    if role == "roles/owner":
        return True
    if not role.startswith("roles/"):
        custom = google.store.resources.get(("iam", google.canonical(role)), {})
        return permission in custom.get("includedPermissions", []) and not custom.get("deleted")
    return permission in permissions.of_role(role)


def _holds(
    google: Google, condition: Mapping[str, Any] | None, request: Request, need: Need
) -> bool:
    """Evaluate a condition in the Common Expression Language."""
    if not condition:
        return True
    from cel import Context, evaluate  # noqa: PLC0415 (only a server that enforces IAM needs it)

    name = need.path
    if need.api == "storage":
        bucket, _, object_ = name.removeprefix("b/").partition("/o/")
        object_ = object_ or str(request.query.get("name") or request.query.get("prefix") or "")
        name = f"projects/_/buckets/{bucket}" + (f"/objects/{object_}" if object_ else "")
    context = Context()
    kind = f"{need.api}.googleapis.com"
    context.add_variable("resource", {"name": name, "service": kind, "type": kind})
    context.add_variable("api", {"roles": _modified_roles(google, request)})
    context.add_function("extract", _extract)
    context.add_function("getAttribute", lambda given, _, default: given["roles"] or default)
    context.add_function("hasOnly", lambda held, allowed: set(held) <= set(allowed))
    return bool(evaluate(condition["expression"], context))


def _modified_roles(google: Google, request: Request) -> list[str]:
    """Return the roles whose grants a request changes; none for one that only reads."""
    if request.method.verb_name != "setIamPolicy":
        return []
    before = google.store.policies.get((request.api, request.path), {})
    after = request.body.get("policy", {})

    def grants(policy: Mapping[str, Any]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for binding in policy.get("bindings", []):
            found.setdefault(binding["role"], set()).update(binding.get("members", []))
        return found

    old, new = grants(before), grants(after)
    return sorted(role for role in old.keys() | new.keys() if old.get(role) != new.get(role))


def _extract(value: str, template: str) -> str:
    """Return the part of a text that stands for the placeholder of a template, as CEL does."""
    before, _, rest = template.partition("{")
    after = rest.partition("}")[2]
    start = value.find(before)
    if start < 0:
        return ""
    found = value[start + len(before) :]
    if not after:
        return found
    return found.partition(after)[0] if after in found else ""


def _accounts(value: Any) -> Iterator[tuple[str, str]]:
    """Return the service accounts that a body names, with their projects."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _accounts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _accounts(item)
    elif isinstance(value, str) and (found := _ACCOUNT.search(value)):
        yield found[0], found[1]


def _references(value: Any) -> Iterator[str]:
    """Return the paths of the resources that a body refers to."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in {"name", "selfLink"}:
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, str) and _REFERENCE.search(value):
        yield resource_path(value)
