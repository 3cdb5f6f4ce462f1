"""The service accounts of the platform, which the pipeline uses and changes."""

from collections.abc import Mapping

from cdktf_cdktf_provider_google.service_account_iam_member import ServiceAccountIamMember
from constructs import Construct
from constructs.base import GridConstruct
from constructs.security import ACCOUNT_APIS, create_platform_account, platform_accounts

from environments.naming import identifier


class PlatformAccounts(GridConstruct):
    """Each service account of the platform, with roles on it for one member. The member has them on
    no other account, such as the default one of Compute Engine, and cannot give them.
    """

    APIS = ACCOUNT_APIS

    def __init__(
        self, scope: Construct, id_: str, user: str, *, member: str, roles: Mapping[str, str]
    ) -> None:
        """`user` is the name of the account that uses them, and `member` is it in IAM bindings.
        `roles` are the roles by what follows in their addresses.
        """
        super().__init__(scope, id_)
        for name in platform_accounts(self.environment):
            account = create_platform_account(self, name)
            for suffix, role in roles.items():
                ServiceAccountIamMember(
                    account.resource,
                    f"{account.name}_{identifier(user)}{suffix}",
                    service_account_id=account.resource.name,
                    role=role,
                    member=member,
                )
