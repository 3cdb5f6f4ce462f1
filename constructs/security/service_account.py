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

from environments import Environment
from environments.naming import COST_REPORT, EXPORT, MIGRATION_JOB, SMOKE_JOB, identifier

ACCOUNT_APIS = ("iam", "cloudresourcemanager")
"""APIs that a construct with a service account declares: for the account, and for its roles."""
_TITLES = {EXPORT: "Database export", COST_REPORT: "Daily cost report"}
"""Names in the console of accounts that no Cloud Run service runs as."""


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
    exists: bool = False,
) -> Account:
    """Create a service account.

    Args:
        scope: The construct that it belongs to.
        name: Its name, with hyphens.
        display_name: Its name in the console.
        description: Its purpose, for people.
        apis: APIs to wait for, which `scope` declares.
        exists: Whether another stack may have created it: then it is used as it is.
    """
    resource = ServiceAccount(
        scope,
        identifier(name),
        account_id=scope.names.service_account(name),
        display_name=display_name,
        description=description,
        create_ignore_already_exists=True if exists else None,
        depends_on=scope.apis(*apis),
    )
    return Account(
        name=identifier(name),
        project_id=scope.names.project_id,
        resource=resource,
        email=resource.email,
        member=resource.member,
    )


def platform_accounts(environment: Environment) -> list[str]:
    """List the names of the platform's service accounts."""
    names = [*environment.services, SMOKE_JOB]
    if environment.migration_job:
        names.append(MIGRATION_JOB)
    if environment.backups:
        names.append(EXPORT)
    if environment.cost and environment.cost.export and environment.cost.export.daily_report:
        names.append(COST_REPORT)
    return names


def create_platform_account(scope: GridConstruct, name: str) -> Account:
    """Create a service account of the platform, in the platform's stack or in the bootstrap.

    With a pipeline, the bootstrap creates it first and lets the pipeline run services as it. An
    identity that can give this permission could act as every service account of the project.
    """
    return create_account(scope, name, _TITLES.get(name, f"Cloud Run {name}"), exists=True)


def role_name(role: str) -> str:
    """Return a role as in an address: `roles/logging.logWriter` is `logging_log_writer`."""
    words = re.sub(r"([A-Z])", r"_\1", role.removeprefix("roles/")).lower()
    return words.replace(".", "_")
