"""Cloud Monitoring: alert policies.

"proto" in a source: the description of a field in googleapis, google/monitoring/v3.
"""

from collections.abc import Callable, Iterator

from facts import monitoring
from offline.services.context import Block, RuleContext, blocks, seconds, text
from offline.services.monitoring.filters import UnreadableFilterError, parse
from offline.services.monitoring.mql import metrics
from offline.services.monitoring.promql import (
    Selection,
    UnreadableQueryError,
    find_selection_doubt,
    find_selection_error,
    selections,
)
from offline.services.monitoring.slos import OBJECTIVE
from offline.services.monitoring.time_series import (
    find_aggregation_error,
    find_filter_error,
    find_metric_doubt,
    find_metric_error,
)
from offline.services.registry import rule

POLICY = "google_monitoring_alert_policy"
CHANNEL = "google_monitoring_notification_channel"
_CONDITIONS = ("condition_threshold", "condition_absent")
_PROMQL = "conditions.condition_prometheus_query_language"
_MQL = "conditions.condition_monitoring_query_language"


def _selected(context: RuleContext) -> Iterator[tuple[str, str, Block]]:
    """Every filter of an alert policy, the name of its field, and how it is aggregated."""
    for kind in _CONDITIONS:
        for block in context.blocks(f"conditions.{kind}"):
            for field, aggregation in (
                ("filter", "aggregations"),
                ("denominator_filter", "denominator_aggregations"),
            ):
                if filter_ := text(block, field):
                    yield filter_, field, next(iter(blocks(block, aggregation)), {})


@rule(POLICY)
def conditions(context: RuleContext) -> str | None:
    """More than six conditions, or another one next to a condition that matches logs."""
    given = context.blocks("conditions")
    most = monitoring.max_alert_conditions()
    if len(given) > most:
        return f"An alert policy has at most {most} conditions, got {len(given)}."
    if len(given) > 1 and context.blocks("conditions.condition_matched_log"):
        return "A condition_matched_log must be the only condition of its policy."
    return None


@rule(POLICY)
def restrictions(context: RuleContext) -> str | None:
    """Reject a filter without a metric type or a monitored resource, or of more than 2048
    characters.
    """
    for filter_, field, _ in _selected(context):
        try:
            asked = parse(filter_)
        except UnreadableFilterError:
            continue
        where = f'Field {field} had an invalid value of "{filter_}"'
        if len(filter_) > (most := monitoring.max_filter_characters()):
            return f"{where}: it has more than {most} characters."
        result = {"metric.type", "resource.type"} if field == "filter" else {"metric.type"}
        missing = result - asked.restricts
        if missing and not asked.objective:
            return f'{where}: must specify a restriction on "{min(missing)}" in the filter.'
    return None


@rule(POLICY)
def combination(context: RuleContext) -> str | None:
    """Reject a filter that cannot be read, or whose metric has no such label or monitored
    resource.
    """
    return next(
        (why for filter_, *_ in _selected(context) if (why := find_filter_error(filter_, context))),
        None,
    )


@rule(POLICY, code=404)
def metric_exists(context: RuleContext) -> str | None:
    """Reject a metric type that does not exist: one of Google's misspelt, or none of the project's
    own.
    """
    return _first(find_metric_error, context)


@rule(POLICY, code=404)
def metric_listed(context: RuleContext) -> str | None:
    """Name a metric type that the list of its domain lacks; Google may have it."""
    return _first(find_metric_doubt, context)


def _first(find: Callable[[str, RuleContext], str | None], context: RuleContext) -> str | None:
    """Return the first problem of a metric that a filter names."""
    for filter_, *_ in _selected(context):
        try:
            why = find(parse(filter_).metric, context)
        except UnreadableFilterError:
            continue
        if why:
            return why
    return None


@rule(POLICY)
def aggregation(context: RuleContext) -> str | None:
    """Reject an aligner or reducer that does not fit the metric, or groups by a label it has
    not.
    """
    for filter_, _, aggregated in _selected(context):
        if why := find_aggregation_error(filter_, aggregated, context):
            return why
    return None


@rule(POLICY)
def ratio(context: RuleContext) -> str | None:
    """Reject a ratio whose numerator and denominator differ in period or groups."""
    for condition in context.blocks("conditions.condition_threshold"):
        above, below = (
            blocks(condition, "aggregations"),
            blocks(condition, "denominator_aggregations"),
        )
        if not text(condition, "denominator_filter") or not above or not below:
            continue
        for field in ("alignment_period", "group_by_fields"):
            if (above[0].get(field) or None) != (below[0].get(field) or None):
                return (
                    "Field "
                    "alert_policy.conditions[0].condition_threshold.denominator_aggregations "
                    f"had an invalid value: the {field} of numerator and denominator must be "
                    "the same."
                )
    return None


@rule(POLICY)
def durations(context: RuleContext) -> str | None:
    """Reject a duration that is no whole minute, an absence under two, or an interval not of 30
    s.
    """
    for kind in _CONDITIONS:
        for block in context.blocks(f"conditions.{kind}"):
            duration = seconds(text(block, "duration"))
            if duration is not None and duration % 60:
                return (
                    f"Field {kind}.duration had an invalid value: must be a multiple of 60 seconds."
                )
            if duration is not None and kind == "condition_absent" and duration < 120:
                return f"Field {kind}.duration had an invalid value: must be at least 120 seconds."
    for item in context.blocks(_PROMQL):
        interval = seconds(text(item, "evaluation_interval"))
        if interval is not None and (interval <= 0 or interval % 30):
            return (
                "Field evaluation_interval had an invalid value: must be a positive multiple of "
                "30 seconds."
            )
    return None


@rule(POLICY)
def promql(context: RuleContext) -> str | None:
    """PromQL that cannot be read, or, unless that is not to be checked, of a metric or label that
    does not exist.
    """
    try:
        return _first_selection(find_selection_error, context)
    except UnreadableQueryError as problem:
        return f"Field query had an invalid value: {problem}."


@rule(POLICY)
def promql_listed(context: RuleContext) -> str | None:
    """Name a metric in PromQL that the list of its domain lacks; Google may have it."""
    try:
        return _first_selection(find_selection_doubt, context)
    except UnreadableQueryError:
        return None


def _first_selection(
    find: Callable[[Selection, RuleContext], str | None], context: RuleContext
) -> str | None:
    for block in context.blocks(_PROMQL):
        for selection in selections(text(block, "query") or "vector(1)"):
            why = find(selection, context)
            if why and block.get("disable_metric_validation") is not True:
                return why
    return None


@rule(POLICY)
def mql(context: RuleContext) -> str | None:
    """Name a metric type in MQL that is misspelled, or that the list of its domain lacks."""
    for block in context.blocks(_MQL):
        for name in metrics(text(block, "query")):
            if why := find_metric_error(name, context) or find_metric_doubt(name, context):
                return why
    return None


@rule(POLICY, code=404)
def objective_exists(context: RuleContext) -> str | None:
    """Reject a burn rate or budget of an objective that does not exist."""
    for filter_, *_ in _selected(context):
        try:
            name = parse(filter_).objective
        except UnreadableFilterError:
            continue
        if name and context.find(OBJECTIVE, name) is None:
            return f"Could not find service level objective {name}."
    return None


@rule(POLICY)
def strategy(context: RuleContext) -> str | None:
    """Auto-close out of 30 minutes to 7 days, or a rate limit without a condition on logs."""
    after = seconds(context.text("alert_strategy.auto_close"))
    least, most = monitoring.auto_close_range_seconds()
    if after is not None and not least <= after <= most:
        return "Field alert_strategy.auto_close had an invalid value: 30 minutes to 7 days."
    limited = bool(context.blocks("alert_strategy.notification_rate_limit"))
    if limited != bool(context.blocks("conditions.condition_matched_log")):
        return (
            "Field alert_strategy.notification_rate_limit: required for log-based alert policies "
            "and only supported for them."
        )
    return None


@rule(POLICY)
def documentation(context: RuleContext) -> str | None:
    """Reject a documentation of more than 8192 characters or 10240 bytes."""
    content = context.text("documentation.content")
    if len(content) <= 8192 and len(content.encode()) <= 10240:
        return None
    return "Field documentation.content had an invalid value: more than 8192 characters."


@rule(POLICY, code=404)
def channels_exist(context: RuleContext) -> str | None:
    """Reject an alert to a channel that does not exist."""
    for reference in context.get("notification_channels") or ():
        if isinstance(reference, str) and not context.find(CHANNEL, reference):
            return f"Cannot find notification channel with name: {reference}"
    return None
