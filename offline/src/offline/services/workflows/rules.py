"""Workflows: the service account that a workflow runs as."""

from offline.services.context import RuleContext
from offline.services.iam.rules import missing_account
from offline.services.registry import rule


@rule("google_workflows_workflow")
def account_exists(context: RuleContext) -> str | None:
    """Reject a service account of this project that does not exist."""
    return missing_account(context, context.text("service_account"))
