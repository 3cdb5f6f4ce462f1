"""Cloud SQL: quota of instances."""

from offline.services.context import RuleContext
from offline.services.quotas import is_exceeded
from offline.services.registry import rule


@rule("google_sql_database_instance", code=403)
def instances(context: RuleContext) -> str | None:
    """More Cloud SQL instances than the project may have."""
    if not is_exceeded(context, "sql_instances"):
        return None
    return "The limit of instances per project is reached., instancesPerProjectLimitExceeded"
