"""The permissions that a stack's own requests need, and those of roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from facts import permissions, provider_methods
from facts.provider_methods import Action, UnknownTypeError
from operations.core.errors import UsageError


class Purpose(StrEnum):
    """What Terraform is run for."""

    plan = "plan"
    apply = "apply"
    destroy = "destroy"


ACTIONS: Mapping[Purpose, tuple[Action, ...]] = {
    Purpose.plan: ("read",),
    Purpose.apply: ("read", "create", "update", "delete"),
    Purpose.destroy: ("read", "delete"),
}
"""Actions by purpose. An apply also deletes: what the file no longer has, and what it replaces."""


def needed(document: Mapping[str, Any], purpose: Purpose) -> dict[str, set[str]]:
    """Return the permissions that Terraform needs on a synthesized stack, each with the types that
    need it.

    Raises:
        UsageError: the requests for a type are not known.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for type_, attributes in _resources(document):
        try:
            for action in ACTIONS[purpose]:
                for permission in provider_methods.needed(type_, action, attributes):
                    found[permission].add(type_)
        except UnknownTypeError as error:
            raise UsageError(
                str(error),
                advice="add the type to facts/src/facts/data/provider_methods.json",
            ) from error
    return dict(found)


def granted(roles: Iterable[str], custom: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the permissions of predefined roles, and of custom ones by their names."""
    found: set[str] = set()
    for role in roles:
        found.update(custom[role] if role in custom else permissions.of_role(role))
    return found


def _resources(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield type and attributes of every resource and data source of Google."""
    for section, prefix in (("resource", ""), ("data", "data.")):
        for type_, resources in document.get(section, {}).items():
            if type_.startswith("google_"):
                for attributes in resources.values():
                    yield f"{prefix}{type_}", attributes
