"""Monitoring filters, as alert policies, objectives and charts have them, read into their parts.

No library reads them. Source of the grammar: Cloud Monitoring, "Monitoring filters".
"""

import re
from dataclasses import dataclass

_COMPARISON = re.compile(
    r"""(?P<left>(?:resource|metric|metadata|group|project)(?:\.(?:\w+|"[^"]*"))*)
        \s*(?P<operator>!=|>=|<=|=|:|>|<)\s*
        (?P<right>"(?:[^"\\]|\\.)*"|[\w.]+\((?:[^()"]|"(?:[^"\\]|\\.)*")*\)|[^\s()"]+)""",
    re.VERBOSE,
)
_OBJECTIVE = re.compile(r'(?P<selector>select_slo_\w+)\(\s*"(?P<name>[^"]*)"\s*(?:,[^()]*)?\)')
_BETWEEN = re.compile(r"\s+|\(|\)|(?:AND|OR|NOT)\b|-(?=[a-z])")
_SELECTORS = frozenset(
    "select_slo_burn_rate select_slo_health select_slo_compliance select_slo_budget "
    "select_slo_budget_fraction select_slo_budget_total select_slo_counts".split()
)
"""Source: Cloud Monitoring, "Retrieving SLO data"."""


class UnreadableFilterError(ValueError):
    """A string that is not a Monitoring filter. The message begins with the invalid part."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a filter asks for."""

    metric: str
    """The metric type; empty when the filter names none, or several by a function."""
    resource: str
    """The monitored resource; empty as above."""
    metric_labels: tuple[str, ...]
    """Keys of the metric's labels that it compares."""
    resource_labels: tuple[str, ...]
    """Keys of the resource's labels that it compares."""
    objective: str
    """Name of the service level objective whose data it selects, or empty."""
    restricts: frozenset[str]
    """What it restricts, such as `metric.type`, whatever the operator."""


def parse(text: str) -> Filter:
    """Read a filter.

    Raises:
        UnreadableFilterError: it is none.
    """
    types: dict[str, str] = {}
    labels: dict[str, list[str]] = {"metric": [], "resource": []}
    objective, restricts, position = "", set(), 0
    while position < len(text):
        if between := _BETWEEN.match(text, position):
            position = between.end()
        elif selected := _OBJECTIVE.match(text, position):
            if selected["selector"] not in _SELECTORS:
                raise UnreadableFilterError(text[position:])
            objective, position = selected["name"], selected.end()
        elif comparison := _COMPARISON.match(text, position):
            position = comparison.end()
            of, what, *rest = [*comparison["left"].split(".", 2), ""][:3]
            restricts.add(f"{of}.{what}" if what else of)
            if what == "type" and comparison["operator"] == "=":
                types[of] = _value(comparison["right"])
            elif what in ("label", "labels") and of in labels and rest[0]:
                labels[of].append(rest[0].strip('"'))
            elif of in labels and what != "type":
                raise UnreadableFilterError(comparison[0])
        else:
            raise UnreadableFilterError(text[position:])
    return Filter(
        metric=types.get("metric", ""),
        resource=types.get("resource", ""),
        metric_labels=tuple(labels["metric"]),
        resource_labels=tuple(labels["resource"]),
        objective=objective,
        restricts=frozenset(restricts),
    )


def group_label(field: str) -> tuple[str, str] | None:
    """Whose label a group-by field names and its key, None for what is no label.

    `resource.service_name` is the short form that the API takes here, and only here.
    """
    match = re.fullmatch(r'(metric|resource)\.(?:labels?\.)?"?([\w-]+)"?', field)
    return (match[1], match[2]) if match else None


def _value(right: str) -> str:
    """Return the text in quotes or a bare word; empty for a function."""
    return "" if right.endswith(")") else right.strip('"')
