"""What happens to the objects of a bucket by their age."""

from cdktf_cdktf_provider_google.storage_bucket import (
    StorageBucketLifecycleRule as LifecycleRule,
    StorageBucketLifecycleRuleAction as Action,
    StorageBucketLifecycleRuleCondition as Condition,
    StorageBucketRetentionPolicy as RetentionPolicy,
)

_DAY_SECONDS = 86400


def retention(days: int, *, is_locked: bool | None) -> RetentionPolicy:
    """Return the policy that keeps objects from change for some days."""
    return RetentionPolicy(retention_period=days * _DAY_SECONDS, is_locked=is_locked)


def after_days(days: int, action: str, storage_class: str | None = None) -> LifecycleRule:
    """Return the rule that deletes objects of this age, or changes their storage class."""
    return LifecycleRule(
        action=Action(type=action, storage_class=storage_class), condition=Condition(age=days)
    )
