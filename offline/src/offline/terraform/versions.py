"""Versions and version constraints as Terraform writes them.

Format: page "Version constraints",
https://developer.hashicorp.com/terraform/language/expressions/version-constraints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

Version = tuple[int, int, int]

_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")
_CONSTRAINT = re.compile(r"(~>|[<>!]?=|[<>])?\s*v?([\d.]+)(-[\w.-]+)?")
_OPERATORS: Mapping[str, Callable[[Version, Version], bool]] = {
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
}


def parse(text: str) -> Version | None:
    """Return a released version, None for a string that is none (pre-releases are none)."""
    found = _VERSION.fullmatch(text.strip())
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else None


def accepts(constraints: Iterable[str], version: Version) -> bool:
    """Report whether a version fits all constraints; a constraint that is none fits nothing."""
    parts = [part.strip() for text in constraints for part in text.split(",") if part.strip()]
    return all(_fits(part, version) for part in parts)


def _fits(constraint: str, version: Version) -> bool:
    found = _CONSTRAINT.fullmatch(constraint)
    limit = parse(found[2]) if found else None
    if found is None or limit is None:
        return False
    if found[1] != "~>":
        return _OPERATORS[found[1] or "="](version, limit)
    fixed = max(found[2].count("."), 1)  # only the last part that is given may grow
    return version >= limit and version[:fixed] == limit[:fixed]
