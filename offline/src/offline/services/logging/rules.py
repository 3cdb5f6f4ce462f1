"""Cloud Logging: buckets and log-based metrics; and audit logs, which IAM switches on."""

import re
from collections.abc import Mapping

from offline.services.context import RuleContext, blocks, text
from offline.services.registry import rule

METRIC = "google_logging_metric"
BUCKET = "google_logging_project_bucket_config"
_EXTRACTOR = re.compile(r"EXTRACT\(.+\)|REGEXP_EXTRACT\([^,]+,\s*([\"'])(?P<regex>.+)\1\)")


@rule(BUCKET)
def retention(context: RuleContext) -> str | None:
    """Reject a retention out of 1 to 3650 days, or one for the bucket `_Required`."""
    days = context.number("retention_days")
    if context.text("bucket_id") == "_Required" and days not in (None, 400):
        return "The retention of the _Required bucket cannot be changed."
    if days is None or 0 <= days <= 3650:
        return None
    return f"Retention days must be between 1 and 3650, got {days:.0f}."


@rule(BUCKET)
def location(context: RuleContext) -> str | None:
    """One of the two buckets that every project has, in another location than `global`."""
    if not context.text("bucket_id").startswith("_") or context.text("location") in ("", "global"):
        return None
    return (
        f"Bucket {context.text('bucket_id')} is in location global, not {context.text('location')}."
    )


@rule(METRIC)
def name(context: RuleContext) -> str | None:
    """Reject a name with other characters, of more than 100, or that begins with a slash."""
    given = context.text("name")
    if not given or re.fullmatch(r"(?!/)[A-Za-z0-9_\-.,+!*',()%/]{1,100}", given):
        return None
    return f"Metric name {given} is invalid."


@rule(METRIC)
def labels(context: RuleContext) -> str | None:
    """Reject a label without an extractor, or an extractor without its label."""
    given = context.get("label_extractors")
    extracted = set(given) if isinstance(given, Mapping) else set()
    declared = {text(label, "key") for label in context.blocks("metric_descriptor.labels")}
    if context.unknown("label_extractors") or declared == extracted:
        return None
    odd = sorted(declared ^ extracted)
    return f"Each label needs an extractor and each extractor a label: {', '.join(odd)}."


@rule(METRIC)
def extractors(context: RuleContext) -> str | None:
    """Reject an extractor that is neither function, or whose expression has not exactly one
    group.
    """
    given = context.get("label_extractors")
    items = list(given.values()) if isinstance(given, Mapping) else []
    for item in (*items, context.text("value_extractor")):
        if not isinstance(item, str) or not item:
            continue
        read = _EXTRACTOR.fullmatch(item)
        if not read:
            return f"Extractor {item} is neither EXTRACT(field) nor REGEXP_EXTRACT(field, regex)."
        if read["regex"] and not _one_group(read["regex"]):
            return f"The expression of {item} must have exactly one capture group."
    return None


@rule(METRIC)
def descriptor(context: RuleContext) -> str | None:
    """Reject a metric that is neither a counter nor a distribution with a value to take."""
    for metric_descriptor in blocks(context.planned, "metric_descriptor"):
        kind, value = text(metric_descriptor, "metric_kind"), text(metric_descriptor, "value_type")
        if (kind or "DELTA", value or "INT64") not in (
            ("DELTA", "INT64"),
            ("DELTA", "DISTRIBUTION"),
        ):
            return f"A log-based metric is DELTA of INT64 or DISTRIBUTION, not {kind} of {value}."
        if (value == "DISTRIBUTION") != bool(context.text("value_extractor")):
            return "A value extractor is required for a distribution, and only for one."
    return None


def _one_group(expression: str) -> bool:
    try:
        return re.compile(expression).groups == 1
    except re.error:
        return False
