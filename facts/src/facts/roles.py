"""Predefined roles: which there are, and which are basic."""

from difflib import get_close_matches
from functools import cache

from facts.table import read, strings


@cache
def basic() -> frozenset[str]:
    """Return the roles that hold for every service of a project, such as `roles/editor`."""
    return strings("iam", "basic_roles")


@cache
def predefined() -> frozenset[str]:
    """Return the predefined roles of all services, with the basic ones: `roles/run.admin`."""
    services = read("roles")["predefined"].value
    return frozenset(
        f"roles/{service}.{name}" if name else f"roles/{service}"
        for service, names in services.items()
        for name in names.split(" ")
    )


def resembled(role: str) -> list[str]:
    """Return at most three predefined roles that a name resembles, the nearest first."""
    others = sorted(predefined() - basic())
    by_lower_case = {other.lower(): other for other in others}
    near = get_close_matches(role.lower(), by_lower_case, cutoff=0.8)
    return [by_lower_case[name] for name in near]
