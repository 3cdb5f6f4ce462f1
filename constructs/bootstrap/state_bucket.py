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

from environments.naming import identifier
from environments.schema import StateConfig

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
        resource = f"projects/_/buckets/{config.bucket}"
        folder = f"{resource}/objects/{config.prefix}/"
        self._in_folder = StorageBucketIamMemberCondition(
            title="the platform's folder only",
            # Listing asks for the permission on the bucket.
            expression=f"resource.name == '{resource}' || resource.name.startsWith('{folder}')",
        )
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
                )
            ],
            force_destroy=False,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            depends_on=self.apis("storage"),
        )

    @property
    def name(self) -> str:
        """Name of the bucket."""
        return self._bucket.name

    def grant(self, account: str, member: str, role: str) -> None:
        """Let an account use the platform's state in this role; that of the bootstrap, which says
        what the account may do, is out of its reach.
        """
        StorageBucketIamMember(
            self._bucket,
            f"{identifier(account)}_state",
            bucket=self._bucket.name,
            role=role,
            member=member,
            condition=self._in_folder,
        )
