"""Workflows: the service account that a workflow runs as."""

from offline.services.context import RuleContext
from offline.services.iam.rules import missing_account
from offline.services.registry import rule


@rule(
    "google_workflows_workflow",
    source="known: 'Service account ... does not exist' of many providers' users",
)
def account_exists(context: RuleContext) -> str | None:
    """Reject a service account of this project that does not exist."""
    return missing_account(context, context.text("service_account"))
