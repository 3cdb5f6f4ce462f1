"""Secret Manager: secrets, versions and what they need."""

from offline.services.context import RuleContext, last, seconds, text
from offline.services.registry import rule

SECRET, VERSION = "google_secret_manager_secret", "google_secret_manager_secret_version"


@rule(VERSION, code=404)
def secret_exists(context: RuleContext) -> str | None:
    """Reject a version of a secret that does not exist."""
    reference = context.text("secret")
    if not reference or context.find(SECRET, reference) is not None:
        return None
    return f"Secret [{reference}] not found."


@rule(VERSION, code=400)
def payload(context: RuleContext) -> str | None:
    """Reject a version without a value, neither `secret_data` nor `secret_data_wo`; or of more than
    64 KiB.
    """
    if not context.creating:
        return None
    values = [context.planned.get(name) for name in ("secret_data", "secret_data_wo")]
    if "" in values or values == [None, None]:
        return "The Secret Payload cannot be empty., badRequest"
    if any(isinstance(value, str) and len(value.encode()) > 65_536 for value in values):
        return "The Secret Payload size may not exceed 65536 bytes., badRequest"
    return None


@rule(SECRET)
def rotation(context: RuleContext) -> str | None:
    """Reject a rotation without topics, or with a period outside of 1 hour to 100 years."""
    if not context.blocks("rotation"):
        return None
    if not context.blocks("topics"):
        return (
            "Rotation requires topics: a secret with a rotation must have at least one "
            "Pub/Sub topic."
        )
    period = seconds(context.text("rotation.rotation_period"))
    if period is not None and not context.text("rotation.next_rotation_time"):
        return "rotation.next_rotation_time is required when rotation.rotation_period is set."
    if period is not None and not 3_600 <= period <= 3_153_600_000:
        return "rotation.rotation_period must be between 3600s and 3153600000s."
    return None


@rule(SECRET)
def replication(context: RuleContext) -> str | None:
    """Reject a secret replicated to no location, or twice to the same."""
    replicas = [
        text(replica, "location") for replica in context.blocks("replication.user_managed.replicas")
    ]
    if context.blocks("replication.user_managed") and not replicas:
        return "Secret replication must have at least one replica., badRequest"
    if len(set(replicas)) != len(replicas):
        return f"Secret replication has location {last(replicas[0])} twice., badRequest"
    return None


@rule(SECRET)
def destroy_ttl(context: RuleContext) -> str | None:
    """Reject a delay before destruction shorter than a day."""
    ttl = seconds(context.text("version_destroy_ttl"))
    if ttl is None or 86_400 <= ttl <= 86_400_000:
        return None
    return "versionDestroyTtl must be between 24h and 1000d., badRequest"
