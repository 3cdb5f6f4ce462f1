"""Cloud SQL: replicas and their primary, databases and users and their instance."""

from facts import cloud_sql
from offline.services.context import Block, RuleContext, at, blocks, last, number, text
from offline.services.registry import rule
from offline.services.sql.rules import TYPE, replica

DATABASE, USER = "google_sql_database", "google_sql_user"


def primary(context: RuleContext) -> Block | None:
    """Return the primary of a replica, None when it is not in this cloud."""
    return context.find(TYPE, last(context.text("master_instance_name").replace(":", "/")))


def flag(instance: Block | None, name: str) -> str:
    """Value of a database flag, empty when not set."""
    for database_flag in blocks(instance, "settings.database_flags"):
        if text(database_flag, "name") == name:
            return str(database_flag.get("value"))
    return ""


@rule(TYPE, code=404)
def primary_exists(context: RuleContext) -> str | None:
    """Reject a replica of an instance that does not exist."""
    name = context.text("master_instance_name")
    if not name or primary(context) is not None:
        return None
    return f"The Cloud SQL instance {name} does not exist., instanceDoesNotExist"


@rule(TYPE)
def replica_levels(context: RuleContext) -> str | None:
    """Reject a replica below more cascading replicas than Cloud SQL has levels."""
    name, most = context.text("master_instance_name"), cloud_sql.max_replica_levels()
    level = 1
    while name and level <= most:
        instance = context.find(TYPE, last(name.replace(":", "/")))
        name, level = text(instance, "master_instance_name"), level + 1
    if level <= most:
        return None
    return f"Invalid request: At most {most} levels of instances can replicate., invalid"


@rule(TYPE)
def primary_ready(context: RuleContext) -> str | None:
    """Reject a replica of MySQL without backups and binary logs, of another version, or with a
    smaller disk than the primary's.
    """
    primary_ = primary(context) if replica(context) else None
    if primary_ is None:
        return None
    backups = "settings.backup_configuration."
    saved = at(primary_, f"{backups}enabled") or text(primary_, "master_instance_name")
    logged = saved and at(primary_, f"{backups}binary_log_enabled")
    if context.creating and not logged and text(primary_, "database_version").startswith("MYSQL"):
        return (
            "Invalid request: The primary instance must have automated backups and binary logging "
            "enabled to create a replica., invalid"
        )
    if text(primary_, "database_version") != context.text("database_version"):
        return (
            "Invalid request: The replica must have the database version of its primary "
            "instance., invalid"
        )
    own, theirs = context.number("settings.disk_size"), number(primary_, "settings.disk_size")
    if context.creating and own and theirs and own < theirs:
        return (
            f"Invalid request: Disk size of the replica ({own:.0f}) must be at least that of "
            f"the primary ({theirs:.0f})., invalid"
        )
    return None


@rule(TYPE)
def replica_backups(context: RuleContext) -> str | None:
    """Backups or point-in-time recovery on a replica."""
    if not replica(context):
        return None
    for field in ("enabled", "point_in_time_recovery_enabled"):
        if context.get(f"settings.backup_configuration.{field}"):
            return (
                "Invalid request: Backup configuration is not supported for a read replica "
                "instance., invalid"
            )
    return None


_STANDBY = (
    "max_connections",
    "max_worker_processes",
    "max_wal_senders",
    "max_prepared_transactions",
    "max_locks_per_transaction",
)


@rule(TYPE)
def standby_flags(context: RuleContext) -> str | None:
    """Reject a replica whose max_connections, or another setting of a standby, is lower than its
    primary's.
    """
    primary_ = primary(context) if replica(context) else None
    for name in _STANDBY:
        own, theirs = flag(context.planned, name), flag(primary_, name)
        if own.isdigit() and theirs.isdigit() and int(own) < int(theirs):
            return (
                f"Invalid request: {name} of the read replica ({own}) must be greater "
                "than or equal to that "
                f"of the primary instance ({theirs}): hot standby is not possible., "
                "invalidFlagValue"
            )
    return None


@rule(DATABASE, USER, code=404)
def instance_exists(context: RuleContext) -> str | None:
    """Reject a database or user on an instance that does not exist."""
    name = context.text("instance")
    if not name or context.find(TYPE, last(name)) is not None:
        return None
    return "The Cloud SQL instance does not exist., instanceDoesNotExist"


@rule(DATABASE, USER)
def not_on_replica(context: RuleContext) -> str | None:
    """Reject a database or user on a replica."""
    instance = context.find(TYPE, last(context.text("instance")))
    if instance is None or not text(instance, "master_instance_name"):
        return None
    return (
        "Invalid request: The requested operation is not valid for a read replica instance., "
        "invalid"
    )


@rule(USER)
def password(context: RuleContext) -> str | None:
    """Reject a user with a password of the database's own without a password, or with an empty
    one.
    """
    if context.text("type") not in ("", "BUILT_IN"):
        return None
    instance = context.find(TYPE, last(context.text("instance")))
    if instance is None or not text(instance, "database_version").startswith("POSTGRES"):
        return None
    given = [context.planned.get(name) for name in ("password", "password_wo")]
    if "" in given or given == [None, None]:
        return "Invalid request: Password cannot be empty for a built-in user., invalid"
    policy = at(instance, "settings.password_validation_policy.enable_password_policy")
    least = number(instance, "settings.password_validation_policy.min_length") if policy else None
    for value in given:
        if isinstance(value, str) and least and len(value) < least:
            return (
                f"Invalid request: Password must be at least {least:.0f} characters long., invalid"
            )
    return None


@rule(USER)
def iam_user(context: RuleContext) -> str | None:
    """Reject an IAM user of a service account with a password, or, in PostgreSQL, with the whole
    email.
    """
    if context.text("type") != "CLOUD_IAM_SERVICE_ACCOUNT":
        return None
    instance = context.find(TYPE, last(context.text("instance")))
    postgres = text(instance, "database_version").startswith("POSTGRES")
    if postgres and context.text("name").endswith(".gserviceaccount.com"):
        return (
            "Invalid request: Invalid user name: omit .gserviceaccount.com for an IAM "
            "service account., invalid"
        )
    if context.planned.get("password") or context.planned.get("password_wo"):
        return "Invalid request: An IAM user cannot have a password., invalid"
    return None


@rule(DATABASE)
def reserved_database(context: RuleContext) -> str | None:
    """Reject a database that every instance of PostgreSQL has already."""
    name = context.text("name")
    if not context.creating or not _on_postgres(context):
        return None
    if name not in cloud_sql.reserved_databases():
        return None
    return f'database "{name}" already exists., databaseExists'


@rule(USER)
def reserved_role(context: RuleContext) -> str | None:
    """Reject a user of PostgreSQL whose name PostgreSQL or Cloud SQL reserves. The user `postgres`
    is there from the start, and can be adopted with a password.
    """
    name = context.text("name")
    if not context.creating or not _on_postgres(context) or name == "postgres":
        return None
    reserved = name in cloud_sql.reserved_roles() or name.startswith(
        tuple(cloud_sql.reserved_role_prefixes())
    )
    return f'Invalid request: role name "{name}" is reserved., invalid' if reserved else None


def _on_postgres(context: RuleContext) -> bool:
    instance = context.find(TYPE, last(context.text("instance")))
    return text(instance, "database_version").startswith("POSTGRES")
