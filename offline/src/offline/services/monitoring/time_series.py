"""Which time series a filter and an aggregation ask for, and why there are none.

Alert policies, objectives and charts share it. Source of what aligners and reducers take: the texts
of `Aggregation.Aligner` and `Reducer` in googleapis, google/monitoring/v3/common.proto.
"""

from offline.services.context import Block, RuleContext, blocks, text
from offline.services.monitoring.filters import Filter, UnreadableFilterError, group_label, parse
from offline.services.monitoring.metric_types import (
    ANY,
    MetricType,
    is_listed_domain,
    metric_types,
    misspelled,
    nearest,
    resource_labels,
)

LOG_METRICS = "logging.googleapis.com/user/"
_NUMBERS = frozenset({"INT64", "DOUBLE"})
_DISTRIBUTIONS = frozenset({"DISTRIBUTION"})
_BOOLEANS = frozenset({"BOOL"})
_ALL = _NUMBERS | _DISTRIBUTIONS | _BOOLEANS | {"STRING"}
_CHANGES, _LEVELS = frozenset({"DELTA", "CUMULATIVE"}), frozenset({"GAUGE"})
_POINTS = frozenset({"GAUGE", "DELTA"})

_ALIGNERS = {
    "ALIGN_NONE": (_CHANGES | _LEVELS, _ALL, ""),
    "ALIGN_DELTA": (_CHANGES, _NUMBERS | _DISTRIBUTIONS, ""),
    "ALIGN_RATE": (_CHANGES, _NUMBERS, "DOUBLE"),
    "ALIGN_INTERPOLATE": (_LEVELS, _NUMBERS, ""),
    "ALIGN_NEXT_OLDER": (_LEVELS, _ALL, ""),
    "ALIGN_MIN": (_POINTS, _NUMBERS, ""),
    "ALIGN_MAX": (_POINTS, _NUMBERS, ""),
    "ALIGN_MEAN": (_POINTS, _NUMBERS, "DOUBLE"),
    "ALIGN_COUNT": (_POINTS, _NUMBERS | _BOOLEANS, "INT64"),
    "ALIGN_SUM": (_POINTS, _NUMBERS | _DISTRIBUTIONS, ""),
    "ALIGN_STDDEV": (_POINTS, _NUMBERS, "DOUBLE"),
    "ALIGN_COUNT_TRUE": (_LEVELS, _BOOLEANS, "INT64"),
    "ALIGN_COUNT_FALSE": (_LEVELS, _BOOLEANS, "INT64"),
    "ALIGN_FRACTION_TRUE": (_LEVELS, _BOOLEANS, "DOUBLE"),
    "ALIGN_PERCENT_CHANGE": (_POINTS, _NUMBERS, "DOUBLE"),
} | {
    f"ALIGN_PERCENTILE_{part}": (_POINTS, _DISTRIBUTIONS, "DOUBLE")
    for part in ("99", "95", "50", "05")
}
"""Kinds and value types that an aligner takes, and the value type it makes (empty: the same)."""

_REDUCERS = {
    "REDUCE_MEAN": _NUMBERS | _DISTRIBUTIONS,
    "REDUCE_MIN": _NUMBERS,
    "REDUCE_MAX": _NUMBERS,
    "REDUCE_SUM": _NUMBERS | _DISTRIBUTIONS,
    "REDUCE_STDDEV": _NUMBERS | _DISTRIBUTIONS,
    "REDUCE_COUNT": _ALL,
    "REDUCE_COUNT_TRUE": _BOOLEANS,
    "REDUCE_COUNT_FALSE": _BOOLEANS,
    "REDUCE_FRACTION_TRUE": _BOOLEANS,
} | {f"REDUCE_PERCENTILE_{part}": _NUMBERS | _DISTRIBUTIONS for part in ("99", "95", "50", "05")}
"""Value types that a reducer takes, after alignment."""


def describe(name: str, context: RuleContext) -> MetricType | None:
    """Return the metric type of a name: Google's, or one that the project made itself."""
    if name in metric_types():
        return metric_types()[name]
    if name.startswith(LOG_METRICS):
        for resource in context.all("google_logging_metric"):
            if text(resource, "name") == name.removeprefix(LOG_METRICS):
                return _described(name, next(iter(blocks(resource, "metric_descriptor")), {}))
    for item in context.all("google_monitoring_metric_descriptor"):
        if text(item, "type") == name:
            return _described(name, item)
    return None


def find_metric_error(name: str, context: RuleContext) -> str | None:
    """Why a metric type cannot be right: it misspells a known one, or is none of the project's
    own.
    """
    own = name.startswith((LOG_METRICS, "custom.googleapis.com/"))
    if not name or describe(name, context):
        return None
    guess = None if own else misspelled(name)
    if not own and not guess:
        return None
    return f'Cannot find metric(s) that match type = "{name}".' + (
        f" Is {guess} meant?" if guess else ""
    )


def find_metric_doubt(name: str, context: RuleContext) -> str | None:
    """Why a metric type may be wrong: its domain is listed, and it is not."""
    own = name.startswith((LOG_METRICS, "custom.googleapis.com/"))
    if not name or own or describe(name, context) or not is_listed_domain(name):
        return None
    guess = nearest(name)
    return f"Metric type {name} is not on the list of its domain." + (
        f" Is {guess} meant?" if guess else ""
    )


def find_filter_error(filter_: str, context: RuleContext) -> str | None:
    """Why a filter cannot be read, or selects a combination that does not exist."""
    try:
        asked = parse(filter_)
    except UnreadableFilterError as problem:
        return f'The filter "{filter_}" could not be parsed at "{problem}".'
    metric = describe(asked.metric, context)
    wrong = _mismatch(asked, metric) if metric else ""
    if not wrong:
        return None
    return (
        f'The supplied filter "{filter_}" does not specify a valid combination of metric and '
        f"monitored resource descriptors. The query will not return any time series: {wrong}."
    )


def find_aggregation_error(filter_: str, aggregation: Block, context: RuleContext) -> str | None:
    """Why the metric of a filter cannot be aggregated so."""
    try:
        asked = parse(filter_)
    except UnreadableFilterError:
        return None
    aligner = text(aggregation, "per_series_aligner") or "ALIGN_NONE"
    reducer = text(aggregation, "cross_series_reducer") or "REDUCE_NONE"
    if reducer != "REDUCE_NONE" and aligner == "ALIGN_NONE":
        return (
            "Field aggregation.perSeriesAligner had an invalid value: an aligner other than "
            f"ALIGN_NONE is required with {reducer}."
        )
    metric = describe(asked.metric, context)
    if metric is None or aligner not in _ALIGNERS:
        return None
    kinds, values, made = _ALIGNERS[aligner]
    if metric.kind not in kinds or metric.value not in values:
        return (
            f'Field aggregation.perSeriesAligner had an invalid value of "{aligner}": The aligner '
            f"cannot be applied to metrics with kind {metric.kind} and value type {metric.value}."
        )
    if (made or metric.value) not in _REDUCERS.get(reducer, _ALL):
        return (
            f'Field aggregation.crossSeriesReducer had an invalid value of "{reducer}": The '
            f"reducer cannot be applied to value type {made or metric.value}."
        )
    return _bad_groups(asked, metric, aggregation)


def _described(name: str, descriptor: Block) -> MetricType:
    """Return a metric of the project's own; without a descriptor a counter (Logging REST,
    LogMetric).
    """
    return MetricType(
        type=name,
        kind=text(descriptor, "metric_kind") or "DELTA",
        value=text(descriptor, "value_type") or "INT64",
        unit=text(descriptor, "unit") or "1",
        labels=frozenset(text(label, "key") for label in blocks(descriptor, "labels")),
        resources=frozenset({ANY}),
    )


def _mismatch(asked: Filter, metric: MetricType) -> str:
    if asked.resource and not metric.is_of(asked.resource):
        return f"{metric.type} is not written for {asked.resource}"
    for label in asked.metric_labels:
        if label not in metric.labels and not _may_have(metric, label):
            return f"{metric.type} has no label {label}"
    known = _labels_of(asked, metric)
    for label in asked.resource_labels:
        if known and label not in known:
            return f"{asked.resource or 'its resource'} has no label {label}"
    return ""


def _bad_groups(asked: Filter, metric: MetricType, aggregation: Block) -> str | None:
    known = _labels_of(asked, metric)
    for field in aggregation.get("group_by_fields") or ():
        named = group_label(field) if isinstance(field, str) else None
        if named is None:
            continue
        of, label = named
        missing = (
            label not in metric.labels and not _may_have(metric, label)
            if of == "metric"
            else bool(known) and label not in known
        )
        if missing:
            return (
                f'Field aggregation.groupByFields had an invalid value of "{field}": no such label.'
            )
    return None


def _labels_of(asked: Filter, metric: MetricType) -> frozenset[str]:
    """Label keys of the resource that is asked for, or else of those of the metric."""
    names = {asked.resource} if asked.resource else metric.resources
    return frozenset().union(*(resource_labels().get(name, frozenset()) for name in names))


def _may_have(metric: MetricType, label: str) -> bool:
    """`log` is a label of every log-based metric (Cloud Logging, "Log-based metrics")."""
    return metric.type.startswith(LOG_METRICS) and label == "log"
