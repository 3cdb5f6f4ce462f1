"""PromQL as Cloud Monitoring takes it: which metric types and labels a query names.

promql-parser reads it, by the grammar of Prometheus itself: docs/decisions/0013. Source of the
names: Cloud Monitoring, "PromQL in Cloud Monitoring", mapping of metric and label names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import promql_parser
from promql_parser import VectorSelector

from offline.services.context import RuleContext, text
from offline.services.monitoring.metric_types import (
    MetricType,
    metric_types,
    misspelled,
    nearest,
    resource_labels,
)
from offline.services.monitoring.time_series import (
    LOG_METRICS,
    describe,
    find_metric_doubt,
    find_metric_error,
)

_SUFFIX = re.compile(r"_(bucket|count|sum)$")
_ALWAYS = frozenset({"__name__", "le", "log", "monitored_resource", "project_id"})
"""Labels that every vector has here; `log` if it comes from logs, `le` if from a distribution."""


class UnreadableQueryError(ValueError):
    """A string that is not PromQL."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A vector that a query selects."""

    name: str
    """Name of the metric, empty when the query leaves it open."""
    labels: tuple[str, ...]
    """Labels that it matches."""


def selections(query: str) -> list[Selection]:
    """Return the vectors of a query.

    Raises:
        UnreadableQueryError: it is no PromQL.
    """
    result: list[Selection] = []
    try:
        promql_parser.walk(promql_parser.parse(query), lambda node: result.extend(_selected(node)))
    except ValueError as problem:
        raise UnreadableQueryError(str(problem)) from None
    return result


def promql_name(metric: str) -> str:
    """Return a metric type as PromQL writes it: `run_googleapis_com:request_count`."""
    domain, _, path = metric.partition("/")
    return ":".join(re.sub(r"\W", "_", part) for part in (domain, path))


def find_selection_error(item: Selection, context: RuleContext) -> str | None:
    """Why a vector has no series: its metric misspells a known one or is none of the project's own,
    or it has no such label.

    Names without a domain are metrics of Managed Service for Prometheus, which are not known here.
    """
    metric = _metric(item.name, context)
    if metric is None:
        if not find_metric_error(_type(item.name), context):
            return None
        return f"Metric {item.name} does not exist.{_hint(misspelled(_type(item.name)))}"
    labels = [resource_labels().get(name, frozenset()) for name in metric.resources]
    known = metric.labels.union(_ALWAYS, *labels)
    for label in item.labels:
        if not known & {label, label.removeprefix("metric_")}:
            return f"Metric {item.name} has no label {label}."
    return None


def find_selection_doubt(item: Selection, context: RuleContext) -> str | None:
    """Why a vector may have no series: the list of its domain lacks its metric."""
    if _metric(item.name, context) or not find_metric_doubt(_type(item.name), context):
        return None
    hint = _hint(nearest(_type(item.name)))
    return f"Metric {item.name} is not on the list of its domain.{hint}"


def _hint(guess: str | None) -> str:
    return f" Is {promql_name(guess)} meant?" if guess else ""


def _type(name: str) -> str:
    """Return the metric type that a name in PromQL is most like; empty without a domain."""
    if "/" in name:
        return name
    domain, colon, path = _SUFFIX.sub("", name).partition(":")
    domain = re.sub(r"_(googleapis_com|io)$", lambda end: end[0].replace("_", "."), domain)
    user = "user_" if domain == "logging.googleapis.com" else ""
    path = f"user/{path.removeprefix(user)}" if user and path.startswith(user) else path
    return f"{domain}/{path}" if colon else ""


def _selected(node: object) -> Iterator[Selection]:
    if isinstance(node, VectorSelector):
        matchers = node.matchers.matchers
        named = next((matcher.value for matcher in matchers if matcher.name == "__name__"), "")
        yield Selection(name=node.name or named, labels=tuple(item.name for item in matchers))


def _metric(name: str, context: RuleContext) -> MetricType | None:
    """Return the metric type of a name in either spelling, also of a part of a distribution."""
    own = [
        LOG_METRICS + text(resource, "name") for resource in context.all("google_logging_metric")
    ]
    own += [text(item, "type") for item in context.all("google_monitoring_metric_descriptor")]
    spelt = {spelling: entry for entry in (*metric_types(), *own) for spelling in _spellings(entry)}
    value = spelt.get(name) or spelt.get(_SUFFIX.sub("", name))
    return describe(value, context) if value else None


def _spellings(metric: str) -> tuple[str, str]:
    return metric, promql_name(metric)
