"""The bootstrap: the state bucket and the service accounts of the pipeline."""

from constructs.bootstrap.ci_account import CiAccount, CiAccountConfig
from constructs.bootstrap.roles import apply_grants, plan_grants
from constructs.bootstrap.state_bucket import StateBucket

__all__ = ["CiAccount", "CiAccountConfig", "StateBucket", "apply_grants", "plan_grants"]
