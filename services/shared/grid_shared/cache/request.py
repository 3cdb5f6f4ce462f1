"""Request of a caller."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """A read of one key."""

    key: str
    fetch: Callable[[], Awaitable[Any]]
    ttl: float | None = None
    """Seconds that the value is fresh; None: as configured."""
    tags: tuple[str, ...] = ()
    """Tags to invalidate the value by, sorted."""


def check_key(key: object) -> None:
    """Check that a key or a tag is one that Redis can have.

    Raises:
        TypeError, ValueError: it is no string, or not valid Unicode.
    """
    if not isinstance(key, str):
        raise TypeError(f"a cache key is a str, got {type(key).__name__}")
    key.encode()  # UnicodeEncodeError is a ValueError


def check_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tags, sorted and each once.

    Raises:
        TypeError, ValueError: as `check_key`, or `tags` is one string.
    """
    if isinstance(tags, str):
        raise TypeError("tags are several texts, got one")
    tags = tuple(tags)
    for tag in tags:
        check_key(tag)
    return tuple(sorted(set(tags)))
