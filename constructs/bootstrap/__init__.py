"""What exists before the platform: the state bucket and the pipeline's accounts."""

from constructs.bootstrap.ci_account import CiAccount, CiAccountConfig
from constructs.bootstrap.roles import apply_grants, plan_grants
from constructs.bootstrap.state_bucket import StateBucket

__all__ = ["CiAccount", "CiAccountConfig", "StateBucket", "apply_grants", "plan_grants"]
