"""The service accounts of the platform, as which the pipeline can run services."""

from cdktf_cdktf_provider_google.service_account_iam_member import ServiceAccountIamMember
from constructs import Construct
from constructs.base import GridConstruct
from constructs.security import ACCOUNT_APIS, create_platform_account, platform_accounts

from environments.naming import identifier


class PlatformAccounts(GridConstruct):
    """Each service account of the platform, with the permission to run something as it for one
    member. The member has the permission on no other account, such as the default one of Compute
    Engine, and cannot give it.
    """

    APIS = ACCOUNT_APIS

    def __init__(self, scope: Construct, id_: str, user: str, *, member: str) -> None:
        """`user` is the name of the account that uses them, and `member` is it in IAM bindings."""
        super().__init__(scope, id_)
        for name in platform_accounts(self.environment):
            account = create_platform_account(self, name)
            ServiceAccountIamMember(
                account.resource,
                f"{account.name}_{identifier(user)}",
                service_account_id=account.resource.name,
                role="roles/iam.serviceAccountUser",
                member=member,
            )
