"""Names: taken ones, illegal ones, and labels."""

import re
from collections.abc import Mapping

from facts import names
from offline.services.context import RuleContext, last, project_of
from offline.services.registry import rule

_LABEL_KEY = re.compile(r"[\w-]{1,63}\Z", re.UNICODE)
_LABEL_VALUE = re.compile(r"[\w-]{0,63}\Z", re.UNICODE)
_ADDITIVE = ("_iam_member", "_iam_binding", "_iam_policy", "_iam_audit_config")
_ADOPTED = (
    "google_project_service",
    "google_secret_manager_secret_version",
    "google_service_networking_connection",
    "google_logging_project_bucket_config",
)
"""Creating these again is not an error: they add, or take over what is there."""
_SHORT = "google_sql_"
"""Begins the types whose ids lack the project that their names belong to."""


@rule("google_*", code=409)
def taken(context: RuleContext) -> str | None:
    """Reject a name that exists already in its place."""
    is_adopted = context.type in _ADOPTED or context.get("create_ignore_already_exists")
    if not context.creating or context.type.endswith(_ADDITIVE) or is_adopted:
        return None
    held = context.cloud.get(context.type, context.id) if context.id else None
    if held is None or (context.type.startswith(_SHORT) and project_of(held) != context.project):
        return None
    name, project = last(context.id), context.project
    if context.type.startswith("google_compute_"):
        return f"The resource '{context.id}' already exists, alreadyExists"
    return {
        "google_artifact_registry_repository": "the repository already exists",
        "google_cloud_run_v2_service": f"Resource '{name}' already exists.",
        "google_cloud_run_v2_job": f"Resource '{name}' already exists.",
        "google_secret_manager_secret": f"Secret [{context.id}] already exists.",
        "google_service_account": (
            f"Service account {context.text('account_id')} already exists within project "
            f"projects/{project}., alreadyExists"
        ),
        "google_sql_database_instance": (
            "The Cloud SQL instance already exists., instanceAlreadyExists"
        ),
        "google_storage_bucket": _BUCKET,
    }.get(context.type, f"Resource '{context.id}' already exists")


_BUCKET = (
    "The requested bucket name is not available. The bucket namespace is shared by all "
    "users of the "
    "system. Please select a different name and try again., conflict"
)


@rule("google_*", code=409)
def reserved(context: RuleContext) -> str | None:
    """Reject a name that something deleted still holds."""
    name = context.text("name") or context.text("account_id")
    if not context.creating or not any(
        item and context.cloud.is_name_reserved(context.type, item) for item in (name, context.id)
    ):
        return None
    name = name or context.id
    return f"Resource '{name}' was deleted recently and its name may not be used again yet"


@rule("google_compute_*")
def compute_name(context: RuleContext) -> str | None:
    """Reject a name of Compute Engine that is not RFC 1035: lowercase, digits, hyphens, at most
    63.
    """
    name = context.text("name")
    pattern = names.pattern("compute")
    if not name or re.fullmatch(pattern, name):
        return None
    return (
        f"Invalid value for field 'resource.name': '{name}'. Must be a match of regex "
        f"'{pattern}', invalid"
    )


_SHAPES = {
    "google_artifact_registry_repository": ("repository_id", "artifact_repository"),
    "google_cloud_run_v2_job": ("name", "run"),
    "google_cloud_run_v2_service": ("name", "run"),
    "google_pubsub_topic": ("name", "topic"),
    "google_redis_instance": ("name", "redis"),
    "google_secret_manager_secret": ("secret_id", "secret"),
    "google_service_account": ("account_id", "service_account"),
    "google_sql_database_instance": ("name", "sql_instance"),
    "google_workflows_workflow": ("name", "workflow"),
}
"""Attribute with the name, and the kind of name, by resource type."""


@rule(*_SHAPES)
def pattern_matches(context: RuleContext) -> str | None:
    """Reject a name with characters or a length that its API does not take."""
    key, kind = _SHAPES[context.type]
    name, pattern = context.text(key), names.pattern(kind)
    if not name or re.fullmatch(pattern, name):
        return None
    if context.type == "google_sql_database_instance":
        return f"Invalid request: Incorrect Value. Invalid instance name ({name})., invalid"
    return f"Invalid value for {key} '{name}': it must match {pattern}"


@rule("google_*")
def labels(context: RuleContext) -> str | None:
    """More than 64 labels, or one that is not lowercase letters, digits, hyphen, underscore, at
    most 63. The `labels` of a notification channel are none: they say where it leads.
    """
    channel = context.type == "google_monitoring_notification_channel"
    for field in ("effective_labels", *(() if channel else ("labels",)), "user_labels"):
        value_ = context.get(field)
        given = context.get(f"settings.{field}") if value_ is None else value_
        if not isinstance(given, Mapping):
            continue
        if len(given) > names.max_labels():
            return (
                f"Invalid value for labels: {len(given)} labels given, at most "
                f"{names.max_labels()} are allowed"
            )
        for key, value in given.items():
            if not _legal(_LABEL_KEY, key) or not key[0].isalpha():
                return (
                    f"Label key '{key}' violates format constraints: lowercase letters, "
                    "digits, _ and -"
                )
            if isinstance(value, str) and not _legal(_LABEL_VALUE, value):
                return (
                    f"Label value '{value}' violates format constraints: lowercase letters, "
                    "digits, _ and -"
                )
    return None


def _legal(pattern: re.Pattern[str], value: str) -> bool:
    return bool(pattern.match(value)) and value == value.lower()
