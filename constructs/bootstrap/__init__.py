"""The bootstrap: the state bucket and the service accounts of the pipeline."""

from constructs.bootstrap.ci_account import CiAccount, CiAccountConfig
from constructs.bootstrap.roles import (
    apply_grants,
    granting,
    plan_grants,
    refresh_permissions,
    storage_except_state,
)
from constructs.bootstrap.state_bucket import StateBucket

__all__ = [
    "CiAccount",
    "CiAccountConfig",
    "StateBucket",
    "apply_grants",
    "granting",
    "plan_grants",
    "refresh_permissions",
    "storage_except_state",
]
