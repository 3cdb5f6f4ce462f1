"""Workflows: the service account that a workflow runs as."""

from offline.services.context import Case
from offline.services.iam.rules import missing_account
from offline.services.registry import rule


@rule(
    "google_workflows_workflow",
    source="known: 'Service account ... does not exist' of many providers' users",
)
def account_exists(case: Case) -> str | None:
    """A service account of this project that does not exist."""
    return missing_account(case, case.text("service_account"))
