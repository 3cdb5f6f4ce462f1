"""What a request needs: permissions, and the resource on which IAM looks for each of them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from facts import permissions

_POLICY_VERB = re.compile(
    r"[:/](?:getIamPolicy|setIamPolicy|testIamPermissions)$|/iam(?:/testPermissions)?$"
)
_ACCOUNT = re.compile(
    r"[a-z0-9-]+@([a-z0-9-]+)\.iam\.gserviceaccount\.com"
    r"|(\d+)-compute@developer\.gserviceaccount\.com|([a-z0-9-]+)@appspot\.gserviceaccount\.com"
)
"""A service account with its project: one of a user, or a default one (IAM, "Service accounts")."""
_REFERENCE = re.compile(
    r"(?:https://[\w.]+/compute/v1/)?"
    r"(projects/[\w:.-]+/(?P<scope>global|regions|zones)/(?:[\w-]+/)?(?P<collection>\w+)/[\w-]+)"
)
_CONDITION = re.compile(r"(?P<place>[\w.]+)(?:(?P<comparison>!?=)(?P<value>\w+))?")
_ITSELF = {"name", "selfLink"}
"""Fields with the name of the resource itself, which no permission to use it protects."""


class UnknownMethodError(Exception):
    """Nobody here knows which permissions a method needs."""


class Need(NamedTuple):
    """A permission, and the resource on which or above which it has to be granted."""

    permission: str
    api: str
    path: str


def needed(
    api: str,
    method: str,
    path: str,
    *,
    query: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
    resource: Mapping[str, Any] | None = None,
) -> list[Need]:
    """Return what a request needs.

    `path` is that of the request without its version, such as `projects/p/locations/l/services/s`;
    that of a creation is the collection. `resource` is what is there before the request.

    Raises:
        UnknownMethodError: the method is on no list of facts.
    """
    of_all = permissions.of_method(method)
    if of_all is None:
        raise UnknownMethodError(f"The permissions of {method} are not known")
    parts = {"query": query or {}, "body": body or {}, "resource": resource or {}}
    own = _POLICY_VERB.sub("", path)
    found = [Need(permission, api, own) for permission in of_all]
    found += [
        Need(condition.permission, api, own)
        for condition in permissions.conditions(method)
        if _holds(condition.when, parts)
    ]
    if permissions.attaches_service_account(method):
        found += [
            Need("iam.serviceAccounts.actAs", "iam", f"projects/{project}/serviceAccounts/{email}")
            for email, project in sorted(set(_accounts(body)))
        ]
    if api == "compute" and body:
        found += sorted(set(_uses(body)))
    return found


def _holds(when: str, parts: Mapping[str, Mapping[str, Any]]) -> bool:
    """Evaluate a condition of `facts.permissions.Condition`."""
    if when == "overwrites":
        return bool(parts["resource"])
    condition = _CONDITION.fullmatch(when)
    if condition is None:
        raise ValueError(f"{when} is no condition of a permission")
    part, *names = condition["place"].split(".")
    value: Any = parts[part]
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    if condition["comparison"] is None:
        return bool(value)
    return (str(value) == condition["value"]) == (condition["comparison"] == "=")


def _accounts(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the service accounts that a body names, each with its project."""
    for _, text in _texts(value):
        if account := _ACCOUNT.search(text):
            yield account[0], next(filter(None, account.groups()))


def _uses(body: Mapping[str, Any]) -> Iterator[Need]:
    """Yield what is needed on the resources of Compute Engine that a body refers to."""
    for key, text in _texts(body):
        reference = _REFERENCE.fullmatch(text)
        if reference is None or key in _ITSELF:
            continue
        of_use = permissions.of_reference(f"{reference['scope']}/{reference['collection']}")
        if of_use:
            yield Need(of_use, "compute", reference[1])


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string in a body with the key under which it stands."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(item, name)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, key)
    elif isinstance(value, str):
        yield key, value
