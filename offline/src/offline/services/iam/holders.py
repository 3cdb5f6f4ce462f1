"""Who may hold a permission: by any form of grant, on a resource or above it.

A grant counts whatever its condition says, and one to a group, a domain, or a set of identities
counts for everybody, since nothing here knows who is in it. Source: page "Understand allow
policies" of the IAM documentation, "Policy inheritance".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from facts import permissions
from offline.services.context import RuleContext, last, project_of, text
from offline.services.iam.grants import grants

_ABOVE = ("google_project", "google_folder", "google_organization")
_ANYBODY = ("allUsers", "allAuthenticatedUsers", "group:", "domain:", "principalSet:")
BASIC = frozenset({"roles/owner", "roles/editor", "roles/viewer"})


def may_hold(
    context: RuleContext,
    member: str,
    permission: str,
    *,
    on: tuple[str, str, str],
    basic: frozenset[str],
) -> bool:
    """Say whether a member may have a permission on a resource.

    `on`: type of the resource, the argument of its grants that names it, and its name. `basic` are
    the basic roles that contain the permission.
    """
    return any(
        who == member or who.startswith(_ANYBODY)
        for role, who in _roles(context, *on)
        if role in basic or _includes(context, role, permission)
    )


def _roles(context: RuleContext, type_: str, argument: str, name: str) -> Iterator[tuple[str, str]]:
    for family in (type_, *_ABOVE):
        for kind in ("member", "binding", "policy"):
            for state in context.all(f"{family}_iam_{kind}", everywhere=True):
                if _is_about(context, family, state, type_, argument, name):
                    yield from ((role, who) for role, _, who in grants(kind, state))


def _is_about(
    context: RuleContext,
    family: str,
    state: Mapping[str, Any],
    type_: str,
    argument: str,
    name: str,
) -> bool:
    if family == type_:
        return last(text(state, argument)) == last(name)
    return family != "google_project" or project_of(state) in ("", context.project)


def _includes(context: RuleContext, role: str, permission: str) -> bool:
    """Say whether a role has a permission; what nobody here knows may have it."""
    if role in BASIC:
        return False
    if role.startswith("roles/"):
        return role not in permissions.roles() or permission in permissions.of_role(role)
    custom = context.find("google_project_iam_custom_role", role)
    return custom is None or permission in (custom.get("permissions") or ())
