"""Cloud SQL: names of instances."""

from facts import names
from offline.services.context import RuleContext
from offline.services.registry import rule


@rule("google_sql_database_instance")
def length(context: RuleContext) -> str | None:
    """Reject an instance whose project and name are together longer than 97 characters."""
    whole = f"{context.project}:{context.text('name')}"
    most = names.limit("sql_instance").max
    if len(whole) <= most:
        return None
    return (
        f"Invalid request: Incorrect Value. Instance id {whole} is longer than {most} "
        "characters., invalid"
    )
