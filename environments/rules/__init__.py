"""Rules that span several fields of an environment, or several environments.

A rule is a function that yields the problems it finds. The loader runs all of them, so that every
problem is reported at once, and drops those of values that it removed because they are invalid
themselves. A problem therefore names, as `depends_on`, the other values that it follows from.
"""

from environments.rules import (
    addresses,
    ai,
    compute,
    cost,
    data,
    encryption,
    flags,
    gateway,
    limits,
    names,
    networking,
    operations,
    reserved,
    sizes,
)
from environments.rules.across import check_shared_values
from environments.rules.confirmation import Rule, may_reject
from environments.rules.warnings import WARNINGS as _WARNINGS

_ALL: tuple[Rule, ...] = (
    *networking.RULES,
    *addresses.RULES,
    *compute.RULES,
    *data.RULES,
    *encryption.RULES,
    *flags.RULES,
    *ai.RULES,
    *cost.RULES,
    *operations.RULES,
    *gateway.RULES,
    *names.RULES,
    *sizes.RULES,
    *reserved.RULES,
    *limits.RULES,
)
RULES = tuple(rule for rule in _ALL if may_reject(rule))
"""The rules of one environment."""
UNCONFIRMED = tuple(rule for rule in _ALL if not may_reject(rule))
"""The rules on facts without a source that can be opened."""
WARNINGS: tuple[Rule, ...] = (*_WARNINGS, *UNCONFIRMED)
"""The rules that warn."""

__all__ = ["RULES", "UNCONFIRMED", "WARNINGS", "Rule", "check_shared_values"]
