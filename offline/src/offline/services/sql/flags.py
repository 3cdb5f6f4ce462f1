"""Database flags of Cloud SQL for PostgreSQL: names and values."""

from facts import sql_flags
from offline.services.context import RuleContext, text
from offline.services.registry import rule
from offline.services.sql.rules import TYPE, postgres


@rule(TYPE)
def flag_names(context: RuleContext) -> str | None:
    """Reject a database flag that Cloud SQL for PostgreSQL does not have, or one that is there
    twice. A parameter that PostgreSQL only reports, such as `pg_bigm.last_update`, is no flag.
    """
    names = [
        text(database_flag, "name") for database_flag in context.blocks("settings.database_flags")
    ]
    for index, name in enumerate(names):
        if name in names[:index]:
            return f"Invalid request: Duplicate flag name {name}., invalid"
        if postgres(context) and name and name not in sql_flags.names():
            return f"Invalid request: Flag requested cannot be set: {name}., invalidFlagName"
    return None


@rule(TYPE)
def flag_values(context: RuleContext) -> str | None:
    """Reject a value that the flag does not take: units (`256MB`), true for on, numbers out of
    range.
    """
    if not postgres(context):
        return None
    for database_flag in context.blocks("settings.database_flags"):
        name, value = text(database_flag, "name"), database_flag.get("value")
        if isinstance(value, str) and not sql_flags.is_valid(name, value):
            return (
                f"Invalid request: Value requested is not valid for this flag: {name}={value}., "
                "invalidFlagValue"
            )
    return None
