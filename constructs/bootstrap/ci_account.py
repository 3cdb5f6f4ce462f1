"""An account for the jobs of a GitHub repository, without a key."""

from dataclasses import dataclass

from cdktf_cdktf_provider_google.iam_workload_identity_pool import IamWorkloadIdentityPool
from cdktf_cdktf_provider_google.iam_workload_identity_pool_provider import (
    IamWorkloadIdentityPoolProvider,
    IamWorkloadIdentityPoolProviderOidc as Oidc,
)
from cdktf_cdktf_provider_google.project_iam_member import (
    ProjectIamMember,
    ProjectIamMemberCondition,
)
from cdktf_cdktf_provider_google.service_account import ServiceAccount
from cdktf_cdktf_provider_google.service_account_iam_member import ServiceAccountIamMember
from constructs import Construct
from constructs.dependencies import Dependencies
from constructs.security.identity import role_name

from environments.naming import Names, identifier

ISSUER = "https://token.actions.githubusercontent.com"
"""Who signs the tokens of GitHub's jobs (GitHub, "OpenID Connect reference")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role of the project, perhaps under a condition."""

    role: str
    """The role, such as `roles/run.admin`."""
    name: str = ""
    """What the role is called in the address; without it the role itself, which a custom role's
    reference could not give."""
    title: str = ""
    """What the condition is for; empty without one."""
    condition: str = ""
    """An IAM condition in CEL; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiAccountConfig:
    """What one account is for."""

    name: str
    """Name of the account, of its pool and of its provider."""
    purpose: str
    """What its jobs do, for people; 48 characters at most."""
    repository_id: int
    """GitHub's number of the repository."""
    condition: str
    """Which of GitHub's tokens are accepted, in CEL over the claims of the token."""
    grants: tuple[Grant, ...]
    """What it may do in the project."""


class CiAccount(Construct):
    """A pool, its only provider, and the account that every identity of the pool may use.

    A pool of its own makes the condition of its provider the whole truth: whoever is in the pool
    has met it. The ids of pools carry no environment, since each environment has a project.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: CiAccountConfig,
        *,
        names: Names,
        after: Dependencies,
    ) -> None:
        super().__init__(scope, id_)
        name = identifier(config.name)
        account = ServiceAccount(
            self,
            name,
            account_id=names.service_account(config.name),
            display_name=f"GitHub {config.name}",
            description=config.purpose,
            depends_on=after,
        )
        pool = IamWorkloadIdentityPool(
            account,
            name,
            workload_identity_pool_id=f"github-{config.name}",
            display_name=f"GitHub {config.name}",
            description=config.purpose,
            depends_on=after,
        )
        provider = IamWorkloadIdentityPoolProvider(
            pool,
            name,
            workload_identity_pool_id=pool.workload_identity_pool_id,
            workload_identity_pool_provider_id="github",
            display_name="GitHub Actions",
            attribute_mapping={
                "google.subject": "assertion.sub",
                "attribute.repository_id": "assertion.repository_id",
            },
            attribute_condition=config.condition,
            oidc=Oidc(issuer_uri=ISSUER),
        )
        ServiceAccountIamMember(
            account,
            f"{name}_federation",
            service_account_id=account.name,
            role="roles/iam.workloadIdentityUser",
            member=f"principalSet://iam.googleapis.com/{pool.name}"
            f"/attribute.repository_id/{config.repository_id}",
        )
        for grant in config.grants:
            ProjectIamMember(
                account,
                f"{name}_{grant.name or role_name(grant.role)}",
                project=names.project_id,
                role=grant.role,
                member=account.member,
                condition=ProjectIamMemberCondition(title=grant.title, expression=grant.condition)
                if grant.condition
                else None,
            )
        self._provider, self._email, self._member = provider.name, account.email, account.member

    @property
    def provider(self) -> str:
        """Full name of the provider, which a job hands to `google-github-actions/auth`."""
        return self._provider

    @property
    def email(self) -> str:
        """The account's address."""
        return self._email

    @property
    def member(self) -> str:
        """The account as IAM bindings name it."""
        return self._member
