"""What Google says of metric types: kind, value type, labels, and the resources they are of.

A selection of some thousands, in `metric_types.json`, one line each; see README.md there.
"""

import difflib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from facts.table import Fact

ANY = "*"
"""In `resources`: the metric is written for every monitored resource."""


@dataclass(frozen=True, slots=True)
class MetricType:
    """One metric type, as `metricDescriptors.get` answers."""

    type: str
    """Its name with its domain, as `run.googleapis.com/request_count`."""
    kind: str
    """GAUGE, DELTA or CUMULATIVE."""
    value: str
    """BOOL, INT64, DOUBLE, STRING or DISTRIBUTION."""
    unit: str
    """Unit in UCUM, `10^2.%` for a ratio that charts show in percent."""
    labels: frozenset[str]
    """Keys of its labels."""
    resources: frozenset[str]
    """Monitored resources that it is written for, or `ANY`."""
    how: str = ""
    """How it is known, as of a fact: `unconfirmed` without a source. Empty: the project's own."""

    def is_of(self, resource: str) -> bool:
        """Whether it is written for a monitored resource."""
        return bool(self.resources & {resource, ANY})


@cache
def metric_types() -> Mapping[str, MetricType]:
    """All metric types that are known, by name."""
    return MappingProxyType(
        {
            name: MetricType(
                type=name,
                kind=item["kind"],
                value=item["value"],
                unit=item["unit"],
                labels=frozenset(item["labels"]),
                resources=frozenset(item["on"]),
                how=_content()["sources"][item["seen"]]["how"],
            )
            for name, item in _content()["metrics"].items()
        }
    )


@cache
def resource_labels() -> Mapping[str, frozenset[str]]:
    """Label keys of the monitored resources that the metric types name."""
    return MappingProxyType(
        {name: frozenset(labels) for name, labels in _content()["resources"].items()}
    )


def sources() -> Mapping[str, Fact]:
    """Return where metric types were seen, and the domains that have none. A value is the number
    of metric types.
    """
    content = _content()
    counts = Counter(item["seen"] for item in content["metrics"].values())
    seen = {name: Fact(counts[name], **item) for name, item in content["sources"].items()}
    none = {name: Fact(0, **item) for name, item in content["without_metrics"].items()}
    return MappingProxyType(seen | none)


def nearest(name: str, *, likeness: float = 0.8) -> str | None:
    """Return the known metric type that a misspelt name most likely means, at least so much
    alike.
    """
    result = difflib.get_close_matches(name, metric_types(), n=1, cutoff=likeness)
    return result[0] if result else None


def is_listed_domain(name: str) -> bool:
    """Whether metric types of a name's domain are listed, or the domain is known to have none."""
    domain = name.partition("/")[0]
    return domain in _domains()


def misspelled(name: str) -> str | None:
    """Return the metric type that a name misspells: all its words are the same but those that no
    metric type has, and those are alike.
    """
    words = _words(name)
    for known in metric_types():
        pairs = list(zip(words, _words(known), strict=False))
        if len(words) != len(_words(known)) or name == known:
            continue
        if all(own == other or _is_slip(own, other) for own, other in pairs):
            return known
    return None


def _is_slip(own: str, other: str) -> bool:
    alike = difflib.SequenceMatcher(None, own, other).ratio()
    return own not in _vocabulary() and alike >= _ALIKE


_ALIKE = 0.6


def _words(name: str) -> list[str]:
    return re.split(r"[/._]", name)


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(word for name in metric_types() for word in _words(name))


@cache
def _domains() -> frozenset[str]:
    listed = {name.partition("/")[0] for name in metric_types()}
    return frozenset(listed | set(_content()["without_metrics"]))


@cache
def _content() -> dict[str, Any]:
    file = Path(__file__).with_name("metric_types.json")
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content
