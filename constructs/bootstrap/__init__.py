"""The bootstrap: the state bucket, the service accounts of the pipeline, and what the organization
decides about the project.
"""

from constructs.bootstrap.ci_account import CiAccount, CiAccountConfig
from constructs.bootstrap.deletions import (
    ACCOUNT_CHANGES,
    ACCOUNT_PERMISSIONS,
    DATABASE_PERMISSIONS,
    INSTANCE_LOSSES,
    losing_instances,
)
from constructs.bootstrap.organization import OrganizationSettings
from constructs.bootstrap.platform_accounts import PlatformAccounts
from constructs.bootstrap.roles import (
    apply_grants,
    granting,
    plan_grants,
    refresh_permissions,
    storage_except_state,
)
from constructs.bootstrap.state_bucket import StateBucket

__all__ = [
    "ACCOUNT_CHANGES",
    "ACCOUNT_PERMISSIONS",
    "DATABASE_PERMISSIONS",
    "INSTANCE_LOSSES",
    "CiAccount",
    "CiAccountConfig",
    "OrganizationSettings",
    "PlatformAccounts",
    "StateBucket",
    "apply_grants",
    "granting",
    "losing_instances",
    "plan_grants",
    "refresh_permissions",
    "storage_except_state",
]
