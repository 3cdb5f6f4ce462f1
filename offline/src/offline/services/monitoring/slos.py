"""Cloud Monitoring: service level objectives and uptime checks.

"proto" in a source: the description of a field in googleapis, google/monitoring/v3.
"""

from collections.abc import Iterator

from offline.services.context import Block, RuleContext, seconds, text
from offline.services.monitoring.filters import parse
from offline.services.monitoring.time_series import describe, find_filter_error, find_metric_error
from offline.services.registry import rule

OBJECTIVE = "google_monitoring_slo"
_SERVICES = ("google_monitoring_custom_service", "google_monitoring_service")
_WINDOWS = "windows_based_sli"
_REQUESTS = ("request_based_sli", f"{_WINDOWS}.good_total_ratio_threshold.performance")
"""Where an indicator counts requests: of the whole period, or of each window."""
_SERIES = (
    (_WINDOWS, "good_bad_metric_filter"),
    (f"{_WINDOWS}.metric_mean_in_range", "time_series"),
    (f"{_WINDOWS}.metric_sum_in_range", "time_series"),
)
_RATIO = ("good_service_filter", "bad_service_filter", "total_service_filter")


def _filters(context: RuleContext) -> Iterator[tuple[str, bool | None]]:
    """Every filter of an indicator, and whether a distribution is cut by it; None for a filter that
    counts no requests.
    """
    for ratio in _counted(context, "good_total_ratio"):
        yield from ((value, False) for field in _RATIO if (value := text(ratio, field)))
    for cut in _counted(context, "distribution_cut"):
        if value := text(cut, "distribution_filter"):
            yield value, True
    for path, field in _SERIES:
        yield from ((text(item, field), None) for item in context.blocks(path) if item.get(field))


def _counted(context: RuleContext, name: str) -> list[Block]:
    return [block for path in _REQUESTS for block in context.blocks(f"{path}.{name}")]


@rule(OBJECTIVE, code=404)
def service_exists(context: RuleContext) -> str | None:
    """Reject an objective of a service that does not exist."""
    service = context.text("service")
    known = [resource for type_ in _SERVICES for resource in context.all(type_)]
    if not service or any(
        service in (text(item, "service_id"), text(item, "name")) for item in known
    ):
        return None
    return f"Could not find service {service}."


@rule(OBJECTIVE)
def indicator(context: RuleContext) -> str | None:
    """Reject a filter of a metric that does not exist or does not fit the kind of indicator."""
    for filter_, cut in _filters(context):
        if why := find_filter_error(filter_, context):
            return why
        metric = parse(filter_).metric
        if why := find_metric_error(metric, context):
            return why
        known = describe(metric, context)
        if known is None or cut is None:
            continue
        if known.kind == "GAUGE":
            return f"{metric} is GAUGE: an indicator needs DELTA or CUMULATIVE."
        if cut != (known.value == "DISTRIBUTION"):
            return f"{metric} is {known.value}: a distribution cut needs DISTRIBUTION, and only it."
    return None


@rule(OBJECTIVE)
def two_filters(context: RuleContext) -> str | None:
    """Reject a ratio with other than two of good, bad and total."""
    for ratio in _counted(context, "good_total_ratio"):
        if sum(1 for field in _RATIO if ratio.get(field)) != 2:
            return "Exactly two of good, bad and total service filter must be specified."
    return None


@rule("google_monitoring_uptime_check_config")
def uptime(context: RuleContext) -> str | None:
    """Reject a period that is not offered, or a timeout over 60 s."""
    period, timeout = context.text("period"), seconds(context.text("timeout"))
    if period and period not in ("60s", "300s", "600s", "900s"):
        return (
            f'Field uptime_check_config.period had an invalid value of "{period}": must be '
            "60s, 300s, 600s or 900s."
        )
    if timeout is not None and not 1 <= timeout <= 60:
        return (
            "Field uptime_check_config.timeout had an invalid value: must be between 1 and "
            "60 seconds."
        )
    return None
