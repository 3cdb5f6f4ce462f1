"""Cloud SQL: instances that the API does not delete."""

from offline.services.context import RuleContext, last, text
from offline.services.registry import rule


@rule("google_sql_database_instance", when="delete")
def protected_in_api(context: RuleContext) -> str | None:
    """Reject deleting an instance that the API itself protects
    (settings.deletion_protection_enabled).
    """
    if not context.get("settings.deletion_protection_enabled"):
        return None
    return (
        "The instance is protected. Please disable the deletion protection and try again., "
        "deletionProtectionEnabled"
    )


@rule("google_sql_database_instance", when="delete")
def has_replicas(context: RuleContext) -> str | None:
    """Reject deleting a primary that has replicas."""
    name = context.text("name")
    for resource in context.others(context.type):
        if last(text(resource, "master_instance_name")) == name:
            return (
                f"The instance {name} has read replicas; delete {text(resource, 'name')} first., "
                "operationNotAllowed"
            )
    return None
