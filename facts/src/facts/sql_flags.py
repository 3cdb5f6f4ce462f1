"""Database flags of Cloud SQL for PostgreSQL: names and values."""

import re
from collections.abc import Mapping
from functools import cache
from math import inf

from facts import cloud_sql
from facts.table import read, strings


@cache
def names() -> frozenset[str]:
    """Return the names of all flags."""
    return frozenset().union(
        strings("sql_flags", "switches"),
        integers(),
        decimals(),
        read("sql_flags")["choices"].value,
        strings("sql_flags", "texts"),
    )


@cache
def integers() -> Mapping[str, tuple[int, int]]:
    """Return the lowest and the highest value of each flag that is an integer."""
    ranges = {
        name: (low, high) for name, (low, high) in read("sql_flags")["integers"].value.items()
    }
    return ranges | {"max_connections": cloud_sql.max_connections_range()}


@cache
def decimals() -> Mapping[str, tuple[float, float]]:
    """Return the lowest and the highest value of each flag that is a number with a fraction."""
    return {
        name: (low, inf if high is None else high)
        for name, (low, high) in read("sql_flags")["decimals"].value.items()
    }


def removed_in(name: str) -> int | None:
    """Return the first major version of PostgreSQL without a flag, None if all have it."""
    versions: Mapping[str, int] = read("sql_flags")["removed_in"].value
    return versions.get(name)


def expected_values(name: str) -> str:
    """Describe the values of a flag; empty for one whose values are not checked.

    Raises:
        KeyError: there is no such flag.
    """
    if name in strings("sql_flags", "switches"):
        return "on or off"
    if name in integers():
        low, high = integers()[name]
        return f"an integer from {low} to {high}, without a unit"
    if name in decimals():
        least, most = decimals()[name]
        limit = f"{least:g} or more" if most == inf else f"from {least:g} to {most:g}"
        return f"a number {limit}, without a unit"
    if name in strings("sql_flags", "texts"):
        return ""
    return f"one of {', '.join(read('sql_flags')['choices'].value[name])}"


def is_valid(name: str, value: str) -> bool:
    """Report whether a flag takes a value. A flag that does not exist takes all."""
    if name in strings("sql_flags", "switches"):
        return value in ("on", "off")
    if name in integers():
        low, high = integers()[name]
        return bool(re.fullmatch(r"-?[0-9]{1,20}", value)) and low <= int(value) <= high
    if name in decimals():
        number = re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", value)
        return bool(number) and decimals()[name][0] <= float(value) <= decimals()[name][1]
    return value in read("sql_flags")["choices"].value.get(name, (value,))
