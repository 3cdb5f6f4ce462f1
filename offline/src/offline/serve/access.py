"""IAM: whether the caller of a request has the permissions that it needs.

A caller has the permissions of its roles on the resource and on what the resource is in: its
parents, its project, its billing account (page "Policy inheritance",
https://cloud.google.com/iam/docs/allow-policies#inheritance). Conditions are evaluated with the
attributes that Google documents (page "Attribute reference for IAM Conditions",
https://cloud.google.com/iam/docs/conditions-attribute-reference).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from facts import permissions
from offline import given
from offline.serve.computed import project_of
from offline.serve.errors import ApiError
from offline.serve.needed import Need, UnknownMethodError, needed

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request

_PUBLIC = {"allUsers", "allAuthenticatedUsers"}
_PROJECTS = "cloudresourcemanager"
ORGANIZATION = f"organizations/{given.ORGANIZATION}"
"""What every project is in."""


class Access:
    """Raises ApiError for a request whose caller lacks a permission."""

    def __init__(self, *, is_enforced: bool = True) -> None:
        """Without enforcement, what is missing is noted and every request is allowed."""
        self._is_enforced = is_enforced
        self.used: dict[str, set[str]] = {}
        """Permissions that the requests of each caller needed."""
        self.missing: set[tuple[str, str, str]] = set()
        """Caller, method and permission of what was or would have been refused."""

    def __call__(self, google: Google, request: Request) -> None:
        """Check a request. Raises ApiError (403)."""
        method = request.method.id
        try:
            needs = needed(
                request.api,
                method,
                request.path,
                query=request.query,
                body=request.body,
                resource=_resource(google, request),
            )
        except UnknownMethodError as error:
            self._refuse(request, "unknown", str(error))
            return
        for need in needs:
            self.used.setdefault(request.caller, set()).add(need.permission)
            if not has(google, request, need):
                message = (
                    f"Permission '{need.permission}' denied on resource '{need.path}' "
                    "(or it may not exist)."
                )
                self._refuse(request, need.permission, message)

    def _refuse(self, request: Request, permission: str, message: str) -> None:
        self.missing.add((request.caller, request.method.id, permission))
        if self._is_enforced:
            raise ApiError(403, message, "forbidden")


def has(google: Google, request: Request, need: Need) -> bool:
    """Report whether the caller of a request has a permission where it is needed."""
    for api, path in _ancestry(google, request, need):
        policy = google.store.policies.get((api, path), {})
        for binding in policy.get("bindings", ()):
            if (
                {request.caller, *_PUBLIC} & set(binding["members"])
                and _includes(google, binding["role"], need.permission)
                and _holds(google, binding.get("condition"), request, need)
            ):
                return True
    return False


def _resource(google: Google, request: Request) -> Mapping[str, Any] | None:
    """Return what exists before the request."""
    if request.method.id == "storage.objects.insert":
        bucket = request.parameters["bucket"]
        name = request.query.get("name") or request.body.get("name", "")
        return {"name": name} if google.service("storage").find(bucket, name) else None
    return google.store.resources.get((request.api, request.path))


def _ancestry(google: Google, request: Request, need: Need) -> Iterator[tuple[str, str]]:
    """Yield the resource and what it is in, as keys of policies."""
    words = google.canonical(need.path).split("/")
    for end in range(len(words), 0, -1):
        yield need.api, "/".join(words[:end])
    if words[0] == "billingAccounts":
        yield "cloudbilling", "/".join(words[:2])
        return
    if project := _project(google, request, need):
        yield _PROJECTS, f"projects/{project}"
        yield _PROJECTS, ORGANIZATION


def _project(google: Google, request: Request, need: Need) -> str:
    """Return the project of a resource, by its path or by what the request says."""
    words = need.path.split("/")
    given = {**request.parameters, **request.body, **request.query}
    if need.api == "storage" and words[0] == "b":
        bucket = google.store.resources.get(("storage", "/".join(words[:2])), {})
        named = bucket.get("projectNumber") or given.get("project", "")
    elif need.api == "apigee":
        named = words[1] if len(words) > 1 else project_of(given.get("parent", ""))
    else:
        network = str(given.get("network") or given.get("consumerNetwork") or "")
        named = (
            project_of(need.path)
            or given.get("projectId")
            or given.get("project")
            or request.body.get("transferJob", {}).get("projectId")
            or project_of(network)
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

    kind = f"{need.api}.googleapis.com"
    context = Context()
    context.add_variable("resource", {"name": _name(request, need), "service": kind, "type": kind})
    context.add_variable("api", {"roles": _modified_roles(google, request)})
    context.add_function("extract", _extract)
    context.add_function("getAttribute", lambda given, _, default: given["roles"] or default)
    context.add_function("hasOnly", lambda held, allowed: set(held) <= set(allowed))
    return bool(evaluate(condition["expression"], context))


def _name(request: Request, need: Need) -> str:
    """Return the name of a resource as conditions know it."""
    if need.api != "storage":
        return need.path
    bucket, _, object_ = need.path.removeprefix("b/").partition("/o/")
    object_ = unquote(object_) or str(
        request.query.get("name") or request.query.get("prefix") or ""
    )
    name = f"projects/_/buckets/{bucket.partition('/')[0]}"
    return f"{name}/objects/{object_}" if object_ else name


def _modified_roles(google: Google, request: Request) -> list[str]:
    """Return the roles whose grants a request changes; none for one that only reads."""
    if request.method.verb_name != "setIamPolicy":
        return []
    before = google.store.policies.get((request.api, request.path), {})
    old, new = _grants(before), _grants(request.body.get("policy", {}))
    return sorted(role for role in old.keys() | new.keys() if old.get(role) != new.get(role))


def _grants(policy: Mapping[str, Any]) -> dict[str, set[tuple[str, str]]]:
    """Return members and conditions by role: another condition is another grant."""
    found: dict[str, set[tuple[str, str]]] = {}
    for binding in policy.get("bindings", []):
        condition = json.dumps(binding.get("condition"), sort_keys=True)
        grants = ((member, condition) for member in binding.get("members", []))
        found.setdefault(binding["role"], set()).update(grants)
    return found


def _extract(value: str, template: str) -> str:
    """Return the part of a string that stands for the placeholder of a template, as CEL does."""
    before, _, rest = template.partition("{")
    after = rest.partition("}")[2]
    start = value.find(before)
    if start < 0:
        return ""
    found = value[start + len(before) :]
    if not after:
        return found
    return found.partition(after)[0] if after in found else ""
