"""A service account without a key, for the jobs of a GitHub repository."""

from dataclasses import dataclass

from cdktf_cdktf_provider_google.iam_workload_identity_pool import IamWorkloadIdentityPool
from cdktf_cdktf_provider_google.iam_workload_identity_pool_provider import (
    IamWorkloadIdentityPoolProvider,
    IamWorkloadIdentityPoolProviderOidc as Oidc,
)
from cdktf_cdktf_provider_google.service_account_iam_member import ServiceAccountIamMember
from constructs import Construct
from constructs.base import GridConstruct
from constructs.security import Grant, create_account

ISSUER = "https://token.actions.githubusercontent.com"
"""Who signs the tokens of GitHub's jobs (GitHub, "OpenID Connect reference")."""


IDENTITY_APIS = ("iam", "iamcredentials", "cloudresourcemanager")
"""APIs for accounts and roles, for their federation with GitHub, and for grants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiAccountConfig:
    """The purpose and the grants of one account."""

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


class CiAccount(GridConstruct):
    """A pool, its only provider, and the account that every identity of the pool may use.

    A pool of its own makes the condition of its provider sufficient: each identity in the pool
    has met it. The ids of pools carry no environment, since each environment has a project.
    """

    APIS = IDENTITY_APIS

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: CiAccountConfig,
    ) -> None:
        super().__init__(scope, id_)
        account = create_account(
            self,
            config.name,
            f"GitHub {config.name}",
            description=config.purpose,
            apis=self.APIS,
        )
        name = account.name
        pool = IamWorkloadIdentityPool(
            account.resource,
            name,
            workload_identity_pool_id=f"github-{config.name}",
            display_name=f"GitHub {config.name}",
            description=config.purpose,
            depends_on=self.apis(*self.APIS),
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
            account.resource,
            f"{name}_federation",
            service_account_id=account.resource.name,
            role="roles/iam.workloadIdentityUser",
            member=f"principalSet://iam.googleapis.com/{pool.name}"
            f"/attribute.repository_id/{config.repository_id}",
        )
        account.grant(config.grants)
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
