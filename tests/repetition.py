"""Which parameters `make test` leaves to the slow run of .ci/run."""

from collections.abc import Collection, Iterable

import pytest
from _pytest.mark import ParameterSet

from environments import load


def only(quick: Collection[object], values: Iterable[object]) -> list[ParameterSet]:
    """Return parameters of which all but the quick ones are marked slow."""
    return [
        pytest.param(value, marks=() if value in quick else pytest.mark.slow) for value in values
    ]


def environments(quick: str = "prod") -> list[ParameterSet]:
    """Return every environment as a parameter; all but one are marked slow."""
    return only({quick}, sorted(load()))


def seeds(count: int) -> list[ParameterSet]:
    """Return seeds from 0, of which two in seven are quick.

    Tests draw commands and variants from a seed by its remainders: seven shares no factor with
    those numbers, so that every variant stays among the quick ones.
    """
    return only([seed for seed in range(count) if seed % 7 in {0, 3}], range(count))
