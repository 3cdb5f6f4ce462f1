"""The permissions that Terraform needs on a stack, and those that a bootstrap grants."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from facts import permissions, provider_methods
from facts.provider_methods import Action


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
        facts.provider_methods.UnknownTypeError: the requests for a type are not known.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for type_, attributes in _resources(document):
        for action in ACTIONS[purpose]:
            for permission in provider_methods.needed(type_, action, attributes):
                found[permission].add(type_)
    return dict(found)


def granted(bootstrap: Mapping[str, Any], account: str) -> set[str]:
    """Return the permissions in the project that a bootstrap gives to one of its accounts, such as
    `ci_plan`, and those on service accounts. Conditions, which only narrow them, are not looked at.
    """
    resources = bootstrap["resource"]
    custom = {
        f"${{google_project_iam_custom_role.{name}.name}}": role["permissions"]
        for name, role in resources.get("google_project_iam_custom_role", {}).items()
    }
    member = f"${{google_service_account.{account}.member}}"
    found: set[str] = set()
    types = ("google_project_iam_member", "google_service_account_iam_member")
    for grant in (grant for type_ in types for grant in resources.get(type_, {}).values()):
        if grant["member"] == member:
            role = grant["role"]
            found.update(custom[role] if role in custom else permissions.of_role(role))
    return found


def is_of_billing(permission: str) -> bool:
    """Report whether only the policy of a billing account can grant a permission."""
    return permission.startswith("billing.")


def _resources(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield type and attributes of every resource and data source of Google."""
    for section, prefix in (("resource", ""), ("data", "data.")):
        for type_, resources in document.get(section, {}).items():
            if type_.startswith("google_"):
                for attributes in resources.values():
                    yield f"{prefix}{type_}", attributes
