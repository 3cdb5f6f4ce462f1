"""The facts that a rule rests on: a rule on an unconfirmed fact warns, it does not reject."""

from collections.abc import Callable, Iterator

from environments.problems import Problem
from environments.schema import Environment
from facts.table import is_confirmed

Rule = Callable[[Environment], Iterator[Problem]]

_FACTS: dict[Rule, tuple[tuple[str, str], ...]] = {}


def rests_on(*facts: tuple[str, str]) -> Callable[[Rule], Rule]:
    """Name the facts, by topic and name, that a rule needs a source for."""

    def mark(rule: Rule) -> Rule:
        _FACTS[rule] = facts
        return rule

    return mark


def may_reject(rule: Rule) -> bool:
    """Report whether all facts that a rule names with `rests_on` have a source to open."""
    return all(is_confirmed(topic, name) for topic, name in _FACTS.get(rule, ()))
