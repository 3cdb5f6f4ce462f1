"""IAM permissions: those that methods need, and those that predefined roles have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from facts.table import read


@cache
def _methods() -> Mapping[str, tuple[str, ...]]:
    derived = read("permissions")["methods"].value
    corrected = {
        method: needed
        for name, fact in read("permissions").items()
        if name.startswith("corrections")
        for method, needed in fact.value.items()
    }
    return {method: tuple(needed) for method, needed in {**derived, **corrected}.items()}


def of_method(method: str) -> tuple[str, ...] | None:
    """Return the permissions that a discovery method needs, such as run.services.get.

    Empty for one that needs none; None for one that is on no list.
    """
    return _methods().get(method)


def methods() -> frozenset[str]:
    """Return the ids of all the methods on the list."""
    return frozenset(_methods())


@cache
def of_role(role: str) -> frozenset[str]:
    """Return the permissions of a predefined role, such as roles/run.admin.

    Raises:
        KeyError: the role is not on the list.
    """
    groups = read("permissions")["roles"].value[role]
    return frozenset(f"{about}.{verb}" for about, verbs in groups.items() for verb in verbs.split())


def roles() -> frozenset[str]:
    """Return the names of all the roles on the list."""
    return frozenset(read("permissions")["roles"].value)
