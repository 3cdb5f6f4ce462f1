"""Names: the limits of each API, and what is reserved."""

from functools import cache
from typing import NamedTuple

from facts.table import integer, is_confirmed, read, strings, text


class NameLimit(NamedTuple):
    """What an API accepts as a name."""

    max: int
    """Most characters."""
    min: int = 1
    """Fewest characters."""
    pattern: str | None = None
    """Regular expression of the whole name, where the API publishes one."""
    is_confirmed: bool = True
    """Whether the limit has a source that somebody here opened."""


@cache
def limit(kind: str) -> NameLimit:
    """Return the limit of a kind of name, such as `bucket`; data/names.json lists the kinds.

    Raises:
        KeyError: there is no such kind.
    """
    return NameLimit(**read("names")[kind].value, is_confirmed=is_confirmed("names", kind))


def pattern(kind: str) -> str:
    """Return the regular expression of a kind of name.

    Raises:
        KeyError: there is no such kind, or no pattern of it.
    """
    expression = limit(kind).pattern
    if expression is None:
        raise KeyError(kind)
    return expression


def reserved_bucket_prefix() -> str:
    """Return what no name of a bucket begins with."""
    return text("names", "reserved_bucket_prefix")


def reserved_bucket_word() -> str:
    """Return what no name of a bucket contains."""
    return text("names", "reserved_bucket_word")


def max_labels() -> int:
    """Return the highest number of labels of a resource."""
    return integer("names", "max_labels")


@cache
def reserved_project_words() -> frozenset[str]:
    """Return what no project ID contains."""
    return strings("names", "reserved_project_words")


@cache
def discouraged_project_words() -> frozenset[str]:
    """Return what no project ID should contain."""
    return strings("names", "discouraged_project_words")


def reserved_label_prefix() -> str:
    """Return what the keys of Google's own labels begin with."""
    return text("names", "reserved_label_prefix")


@cache
def terraform_reserved_variables() -> frozenset[str]:
    """Return the names that no Terraform variable can have."""
    return strings("names", "terraform_reserved_variables")
