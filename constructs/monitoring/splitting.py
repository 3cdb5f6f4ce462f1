"""Texts and alerts that are too long for one condition or policy, split into several."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from constructs.monitoring.alert import Alert

from facts import monitoring


def split_names(
    names: Iterable[str], write: Callable[[Sequence[str]], str]
) -> Iterator[tuple[str, ...]]:
    """Yield the names in groups, as few as possible and in their order, so that `write` makes a
    text of each that fits into a condition.

    The limit is that of filters; for PromQL, Google documents none. Source: Monitoring REST,
    MetricThreshold.filter,
    https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies.
    """
    group: tuple[str, ...] = ()
    for name in names:
        if group and len(write((*group, name))) > monitoring.max_filter_characters():
            yield group
            group = ()
        group = (*group, name)
    if group:
        yield group


def join_texts(texts: Iterable[str], separator: str) -> Iterator[str]:
    """Yield the texts joined, as many in each as fit into a condition."""
    for group in split_names(texts, separator.join):
        yield separator.join(group)


def split_alert(alert: Alert) -> Iterator[Alert]:
    """Yield an alert as often as its conditions need policies. The first keeps its id; others have
    a number, from 2.

    Raises:
        ValueError: All conditions must hold at once, so they cannot be in several policies.
    """
    most, conditions = monitoring.max_alert_conditions(), alert.conditions
    if len(conditions) <= most:
        yield alert
        return
    if alert.combiner == "AND":
        raise ValueError(f"{alert.id}: {len(conditions)} conditions are too many for one policy")
    for number, begin in enumerate(range(0, len(conditions), most), start=1):
        part = replace(alert, conditions=conditions[begin : begin + most])
        yield (
            part
            if number == 1
            else replace(part, id=f"{alert.id}_{number}", title=f"{alert.title}, part {number}")
        )
