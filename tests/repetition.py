"""Which parameters `make test` leaves to the slow run of .ci/run."""

from collections.abc import Collection, Iterable

import pytest
from _pytest.mark import ParameterSet

from environments import load


def only(kept: Collection[object], values: Iterable[object]) -> list[ParameterSet]:
    """Parameters of which all but the kept ones are slow."""
    return [pytest.param(one, marks=() if one in kept else pytest.mark.slow) for one in values]


def environments(kept: str = "prod") -> list[ParameterSet]:
    """Every environment; all but one are slow."""
    return only({kept}, sorted(load()))


def seeds(count: int) -> list[ParameterSet]:
    """Seeds from 0, of which two in seven are quick.

    Tests draw commands and variants from a seed by its remainders: seven shares no factor with
    those numbers, so that every variant stays among the quick ones.
    """
    return only([seed for seed in range(count) if seed % 7 in {0, 3}], range(count))
