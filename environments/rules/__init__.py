"""Rules that span several fields of an environment, or several environments.

A rule is a function that yields the problems it finds. The loader runs all of them, so that every
problem is reported at once, and drops those of values that it removed because they are invalid
themselves. A problem therefore names, as `depends_on`, the other values that it follows from.
"""

from collections.abc import Callable, Iterator

from environments.problems import Problem
from environments.rules import (
    ai,
    compute,
    cost,
    data,
    gateway,
    names,
    networking,
    operations,
    sizes,
)
from environments.rules.across import check_shared_values
from environments.rules.warnings import WARNINGS
from environments.schema import Environment

Rule = Callable[[Environment], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    *networking.RULES,
    *compute.RULES,
    *data.RULES,
    *ai.RULES,
    *cost.RULES,
    *operations.RULES,
    *gateway.RULES,
    *names.RULES,
    *sizes.RULES,
)
"""The rules of one environment."""

__all__ = ["RULES", "WARNINGS", "Rule", "check_shared_values"]
