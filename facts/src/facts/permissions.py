"""IAM permissions: those that methods need, and those that predefined roles have."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from facts.table import read


class Condition(NamedTuple):
    """A permission that a method needs for some requests only."""

    permission: str
    when: str
    """What the request has: a field (`body.labels`), a field with a value (`query.projection=full`)
    or without it (`body.addressType!=INTERNAL`); `resource.` is the resource as it was before.
    `overwrites`: the object exists."""


@cache
def _methods() -> Mapping[str, tuple[str, ...]]:
    corrected = {
        method: needed
        for fact in read("permission_corrections").values()
        for method, needed in fact.value.items()
    }
    methods = {**read("permissions")["methods"].value, **corrected}
    return {method: tuple(needed) for method, needed in methods.items()}


def of_method(method: str) -> tuple[str, ...] | None:
    """Return the permissions that every request of a discovery method needs, such as
    run.services.get.

    Empty for a method that needs none; None for one that is on no list.
    """
    return _methods().get(method)


def methods() -> frozenset[str]:
    """Return the ids of all the methods on the list."""
    return frozenset(_methods())


@cache
def _conditions() -> Mapping[str, tuple[Condition, ...]]:
    found: dict[str, list[Condition]] = {}
    for fact in read("permission_conditions").values():
        for method, conditions in fact.value.items():
            found.setdefault(method, []).extend(Condition(*one) for one in conditions)
    return {method: tuple(conditions) for method, conditions in found.items()}


def conditions(method: str) -> tuple[Condition, ...]:
    """Return what some requests of a method need besides the permissions of `of_method`."""
    return _conditions().get(method, ())


def of_reference(collection: str) -> str | None:
    """Return the permission to refer to a resource of Compute Engine, by the collection that it is
    in with its scope: compute.networks.use for `global/networks`.
    """
    found = read("permission_references")["compute"].value.get(collection)
    return None if found is None else str(found)


def attaches_service_account(method: str) -> bool:
    """Report whether a method attaches the service account that its body names."""
    return method in read("permission_references")["service_accounts"].value


@cache
def of_role(role: str) -> frozenset[str]:
    """Return the permissions of a predefined role, such as roles/run.admin.

    Raises:
        KeyError: the role is not on the list. The basic roles (owner, editor, viewer) are not.
    """
    groups = read("permissions")["roles"].value[role]
    return frozenset(f"{about}.{verb}" for about, verbs in groups.items() for verb in verbs.split())


def roles() -> frozenset[str]:
    """Return the names of all the roles on the list."""
    return frozenset(read("permissions")["roles"].value)
