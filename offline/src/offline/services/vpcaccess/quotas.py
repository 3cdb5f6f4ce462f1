"""Serverless VPC Access: quota of connectors."""

from offline.services.context import RuleContext
from offline.services.quotas import is_exceeded
from offline.services.registry import rule


@rule("google_vpc_access_connector", code=429)
def connectors(context: RuleContext) -> str | None:
    """More connectors than the project may have in a region."""
    if not is_exceeded(context, "connectors", regional=True):
        return None
    return (
        "Operation failed: Quota exceeded for quota metric 'VPC Access connectors' "
        f"in region {context.region}"
    )
