"""The bucket with the Terraform state."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.storage_bucket import (
    StorageBucket,
    StorageBucketLifecycleRule as LifecycleRule,
    StorageBucketLifecycleRuleAction as Action,
    StorageBucketLifecycleRuleCondition as Condition,
    StorageBucketSoftDeletePolicy as SoftDeletePolicy,
    StorageBucketVersioning as Versioning,
)
from cdktf_cdktf_provider_google.storage_bucket_iam_member import (
    StorageBucketIamMember,
    StorageBucketIamMemberCondition,
)
from constructs import Construct
from constructs.base import GridConstruct

from contract.state_location import APPLIED, PLANS
from environments.naming import identifier
from environments.schema import StateConfig

PLAN_DAYS = 7
"""Life of a plan that waits for an approval."""
_DAY = 86400


class StateBucket(GridConstruct):
    """A bucket with versions, to read an older state, and soft delete, to restore a deleted one. It
    has no retention policy: Terraform overwrites the state and deletes its lock.

    It is protected in every environment: without its state, even a temporary environment can only
    be removed manually.
    """

    APIS = ("storage",)

    def __init__(self, scope: Construct, id_: str, config: StateConfig) -> None:
        """Create the bucket in the location of the backups, which can outlive the region."""
        super().__init__(scope, id_)
        self._resource = f"projects/_/buckets/{config.bucket}"
        self._folder = f"{self._resource}/objects/{config.prefix}/"
        self._bucket = StorageBucket(
            self,
            "tfstate",
            name=config.bucket,
            location=self.environment.storage.backups.location.upper(),
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            versioning=Versioning(enabled=True),
            soft_delete_policy=SoftDeletePolicy(retention_duration_seconds=30 * _DAY),
            lifecycle_rule=[
                LifecycleRule(
                    action=Action(type="Delete"),
                    # Both at once: at least 20 older states, and every one of the last 90 days.
                    condition=Condition(num_newer_versions=20, days_since_noncurrent_time=90),
                ),
                LifecycleRule(
                    action=Action(type="Delete"),
                    condition=Condition(
                        age=PLAN_DAYS,
                        matches_prefix=[f"{config.prefix}/{name}/" for name in (PLANS, APPLIED)],
                    ),
                ),
            ],
            force_destroy=False,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            depends_on=self.apis("storage"),
        )

    @property
    def name(self) -> str:
        """Name of the bucket."""
        return self._bucket.name

    def grant_writer(self, account: str, member: str) -> None:
        """Let an account read and write the platform's state, lease, releases and plans. The state
        of the bootstrap, which says what the account may do, is out of its reach.
        """
        self._grant(account, "state", member, "roles/storage.objectUser", self._is_in_folder)

    def grant_planner(self, account: str, member: str) -> None:
        """Let an account read the platform's state, and add plans that it cannot read."""
        plans = f"resource.name.startsWith('{self._folder}{PLANS}/')"
        reads = f"({self._is_in_folder}) && !{plans}"
        self._grant(account, "state", member, "roles/storage.objectViewer", reads)
        self._grant(account, "plans", member, "roles/storage.objectCreator", plans)

    @property
    def _is_in_folder(self) -> str:
        # Listing asks for the permission on the bucket.
        return f"resource.name == '{self._resource}' || resource.name.startsWith('{self._folder}')"

    def _grant(self, account: str, name: str, member: str, role: str, condition: str) -> None:
        StorageBucketIamMember(
            self._bucket,
            f"{identifier(account)}_{name}",
            bucket=self._bucket.name,
            role=role,
            member=member,
            condition=StorageBucketIamMemberCondition(
                title=f"the platform's {name} only", expression=condition
            ),
        )
