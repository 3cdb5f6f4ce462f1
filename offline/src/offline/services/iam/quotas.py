"""Identity and Access Management: quota of service accounts."""

from offline.services.context import RuleContext
from offline.services.quotas import is_exceeded
from offline.services.registry import rule


@rule("google_service_account", code=429)
def service_accounts(context: RuleContext) -> str | None:
    """More service accounts than the project may have."""
    if not is_exceeded(context, "service_accounts"):
        return None
    return "Maximum number of service accounts on project reached., rateLimitExceeded"
