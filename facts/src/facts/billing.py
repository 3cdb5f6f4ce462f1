"""Cloud Billing: currencies."""

from functools import cache

from facts.table import strings


@cache
def currencies() -> frozenset[str]:
    """Return the codes of the currencies that countries use, such as `USD`."""
    return strings("billing", "currencies")
