"""Cloud Storage: retention, lifecycle, public access, objects."""

import re

from facts import locations
from offline.services.context import Block, RuleContext, blocks, number, text
from offline.services.registry import rule

TYPE = "google_storage_bucket"
_COLDER = ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE")


@rule(TYPE)
def retention(context: RuleContext) -> str | None:
    """Versioning together with a retention policy, or a period of more than 100 years."""
    period = context.number("retention_policy.retention_period")
    if period is None:
        return None
    if context.get("versioning.enabled") is True:
        return (
            "Retention policies and Object Versioning cannot be enabled on the same bucket., "
            "invalid"
        )
    if not 1 <= period <= 3_155_760_000:
        return (
            f"Invalid retention period {period:.0f}: it must be between 1 and 3155760000 "
            "seconds., invalid"
        )
    return None


@rule(TYPE)
def bucket_lock(context: RuleContext) -> str | None:
    """Reject a locked retention policy made shorter, unlocked or taken away."""
    before = blocks(context.prior, "retention_policy")
    if not before or before[0].get("is_locked") is not True:
        return None
    old, new = (
        number(before[0], "retention_period"),
        context.number("retention_policy.retention_period"),
    )
    if new is not None and old is not None and new >= old:
        return None
    return "Cannot reduce or remove a retention policy that is locked., retentionPolicyNotMet"


@rule(TYPE)
def lifecycle(context: RuleContext) -> str | None:
    """Reject a rule without a condition, or a class change without a class."""
    for index, item in enumerate(context.blocks("lifecycle_rule")):
        where = f"Invalid lifecycle rule {index}"
        kind, class_ = text(item, "action.type"), text(item, "action.storage_class")
        if kind and not any(map(_set, blocks(item, "condition"))):
            return f"{where}: at least one condition is required., invalid"
        if kind == "SetStorageClass" and not class_:
            return f"{where}: SetStorageClass requires a storage class., invalid"
        if kind == "Delete" and class_:
            return f"{where}: Delete may not have a storage class., invalid"
    return None


def _set(condition: Block) -> bool:
    return any(
        value not in (None, "", [], False)
        and (value != 0 or name == "age" or condition.get(f"send_{name}_if_zero") is True)
        and not name.startswith("send_")
        for name, value in condition.items()
    )


@rule(TYPE)
def class_order(context: RuleContext) -> str | None:
    """Name a change to a warmer class, which does nothing."""
    changes = sorted(
        (number(lifecycle_rule, "condition.age") or 0, text(lifecycle_rule, "action.storage_class"))
        for lifecycle_rule in context.blocks("lifecycle_rule")
        if text(lifecycle_rule, "action.type") == "SetStorageClass"
        and number(lifecycle_rule, "condition.age")
    )
    steps = [context.text("storage_class") or "STANDARD", *(class_ for _, class_ in changes)]
    ranks = [_COLDER.index(step) for step in steps if step in _COLDER]
    if ranks == sorted(ranks):
        return None
    return f"Storage classes {' -> '.join(steps)} do not get colder: a warmer one is not set"


@rule(TYPE)
def soft_delete(context: RuleContext) -> str | None:
    """Reject a soft delete of less than 7 or more than 90 days that is not off."""
    period = context.number("soft_delete_policy.retention_duration_seconds")
    if period in (None, 0) or 604_800 <= (period or 0) <= 7_776_000:
        return None
    return (
        f"Invalid soft delete retention duration {period:.0f}: 0, or between 604800 and "
        "7776000., invalid"
    )


_REGION = r"(AFRICA|ASIA|AUSTRALIA|EUROPE|ME|NORTHAMERICA|SOUTHAMERICA|US)-[A-Z]+\d{1,2}"


@rule(TYPE)
def location(context: RuleContext) -> str | None:
    """Reject a location that looks like no region, dual-region or multi-region."""
    name = context.text("location").upper()
    if not name or name in locations.bucket_areas() or re.fullmatch(_REGION, name):
        return None
    return f"The specified location constraint is not valid: {name}., invalid"


@rule("google_storage_bucket_object", code=404)
def bucket_exists(context: RuleContext) -> str | None:
    """Reject an object in a bucket that does not exist."""
    bucket = context.text("bucket")
    if not bucket or context.find(TYPE, bucket) is not None:
        return None
    return "The specified bucket does not exist., notFound"


@rule(TYPE, code=409, when="delete")
def not_empty(context: RuleContext) -> str | None:
    """Reject deleting a bucket that holds objects without force_destroy."""
    if context.get("force_destroy") is True:
        return None
    name = context.text("name")
    if not any(
        text(resource, "bucket") == name
        for resource in context.all("google_storage_bucket_object", everywhere=True)
    ):
        return None
    return f"Error trying to delete bucket {name} without `force_destroy` set to true"
