"""List prices in US dollars, for us-central1 where a price depends on the region."""

from collections.abc import Mapping
from datetime import date

from facts.table import read

HOURS = 730
"""Hours of a month, as Google's price lists count them."""
SECONDS = HOURS * 3600
"""Seconds of a month."""


def price(name: str) -> float:
    """Return a price that is one number.

    Raises:
        KeyError: there is no such price.
    """
    return float(read("prices")[name].value)


def price_of(name: str, machine: str) -> float | None:
    """Return a price that depends on a type of machine; None where the table lacks the type."""
    prices: Mapping[str, float] = read("prices")[name].value
    return prices.get(machine)


def price_by_size(name: str, size: float) -> float:
    """Return a price that depends on a size: that of the smallest class that holds it."""
    classes: list[tuple[float, float]] = read("prices")[name].value
    return next((one for most, one in classes if size <= most), classes[-1][1])


def price_range(name: str) -> tuple[float, float]:
    """Return the lowest and the highest price of one thing."""
    low, high = read("prices")[name].value
    return low, high


def checked() -> date:
    """Return the day on which the oldest price was checked."""
    return min(date.fromisoformat(fact.checked) for fact in read("prices").values())


def unconfirmed() -> list[str]:
    """Return the names of the prices without a source that could be opened."""
    return sorted(name for name, fact in read("prices").items() if fact.how == "unconfirmed")
