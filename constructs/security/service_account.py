"""The one builder of service accounts and their project roles."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cdktf_cdktf_provider_google.project_iam_member import (
    ProjectIamMember,
    ProjectIamMemberCondition,
)
from cdktf_cdktf_provider_google.service_account import ServiceAccount
from constructs import Construct
from constructs.base import GridConstruct

from environments.naming import identifier

ACCOUNT_APIS = ("iam", "cloudresourcemanager")
"""APIs that a construct with a service account declares: for the account, and for its roles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role in the project, with an optional condition."""

    role: str
    """The role, such as `roles/run.admin`."""
    name: str = ""
    """Name of the role in the address; by default derived from the role, which fails for a
    reference to a custom role."""
    title: str = ""
    """Title of the condition; empty without one."""
    condition: str = ""
    """An IAM condition in CEL; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A service account. It reads each attribute once: a getter is a round trip to Node."""

    name: str
    """First part of its name and of those of its grants in Terraform addresses."""
    project_id: str
    """Google Cloud project."""
    resource: ServiceAccount
    """The Terraform resource."""
    email: str
    """Its email address."""
    member: str
    """The account as IAM bindings name it."""

    def grant(
        self, grants: Iterable[Grant], *, scope: Construct | None = None
    ) -> list[ProjectIamMember]:
        """Grant roles in the project; `scope` is the account itself by default."""
        return [
            ProjectIamMember(
                scope or self.resource,
                f"{self.name}_{grant.name or role_name(grant.role)}",
                project=self.project_id,
                role=grant.role,
                member=self.member,
                condition=ProjectIamMemberCondition(title=grant.title, expression=grant.condition)
                if grant.condition
                else None,
            )
            for grant in grants
        ]


def create_account(
    scope: GridConstruct,
    name: str,
    display_name: str,
    *,
    description: str | None = None,
    apis: Sequence[str] = ACCOUNT_APIS,
) -> Account:
    """Create a service account.

    Args:
        scope: The construct that it belongs to.
        name: Its name, with hyphens.
        display_name: Its name in the console.
        description: Its purpose, for people.
        apis: APIs to wait for, which `scope` declares.
    """
    resource = ServiceAccount(
        scope,
        identifier(name),
        account_id=scope.names.service_account(name),
        display_name=display_name,
        description=description,
        depends_on=scope.apis(*apis),
    )
    return Account(
        name=identifier(name),
        project_id=scope.names.project_id,
        resource=resource,
        email=resource.email,
        member=resource.member,
    )


def role_name(role: str) -> str:
    """Return a role as in an address: `roles/logging.logWriter` is `logging_log_writer`."""
    words = re.sub(r"([A-Z])", r"_\1", role.removeprefix("roles/")).lower()
    return words.replace(".", "_")
