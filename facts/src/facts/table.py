"""The data files: each fact with its source, the date of the last check, and how it is known."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

DATA = Path(__file__).with_name("data")


class Fact(NamedTuple):
    """One thing that is true of Google Cloud."""

    value: Any
    """A number, a string, a list or a mapping; the function that returns it has the type."""
    source: str
    """URL where the value can be read; for the provider, its version, file and line."""
    checked: str
    """Day of the last comparison with the source, such as `2026-11-26`."""
    how: str
    """`documented`, `provider`, `api-message`, `issue`, `observed`, `derived` or `unconfirmed`."""
    note: str = ""
    """Unit, exception or contradiction, where there is one."""


@cache
def read(topic: str) -> Mapping[str, Fact]:
    """Return the facts of a topic by name.

    Raises:
        FileNotFoundError: there is no such topic.
    """
    content = json.loads((DATA / f"{topic}.json").read_bytes())
    return MappingProxyType({name: Fact(**fact) for name, fact in content.items()})


def topics() -> list[str]:
    """Return the names of all topics, sorted."""
    return sorted(file.stem for file in DATA.glob("*.json"))


def is_confirmed(topic: str, name: str) -> bool:
    """Report whether a fact has a source that somebody here opened."""
    return read(topic)[name].how != "unconfirmed"


def integer(topic: str, name: str) -> int:
    """Return a fact that is a number."""
    return int(read(topic)[name].value)


def text(topic: str, name: str) -> str:
    """Return a fact that is a string."""
    return str(read(topic)[name].value)


def bounds(topic: str, name: str) -> tuple[int, int]:
    """Return a fact that is the lowest and the highest number allowed."""
    low, high = read(topic)[name].value
    return low, high


def strings(topic: str, name: str) -> frozenset[str]:
    """Return a fact that is a list of distinct strings."""
    return frozenset(read(topic)[name].value)
