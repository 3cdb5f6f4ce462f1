"""Types of the mutations: each puts one mistake of the original document back into a stack."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

REMOVED = object()
"""New value of a path that is removed."""


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One mistake, put back into the stack of production."""

    mistake: str
    """The mistake of the document, in a few words."""
    address: str
    """The resource that is changed."""
    change: Mapping[str, Any] = field(default_factory=dict)
    """New values by dotted path. A number is an index; `[name]` is the item with this name or
    priority.
    """


@dataclass(frozen=True, kw_only=True)
class Api(Mutation):
    """Mistake that a rule of the API rejects, with the resource as the provider sends it."""

    without: tuple[str, ...] = ()
    """Types or addresses that do not exist in the cloud."""
    says: str
    """Regular expression for the error message."""


@dataclass(frozen=True, kw_only=True)
class Validate(Mutation):
    """Mistake that `terraform validate` rejects: the provider's schema and validators."""

    says: str
    """Regular expression for the error message."""


@dataclass(frozen=True, kw_only=True)
class Policy(Mutation):
    """Mistake that a policy test of this project rejects."""

    policy: Callable[..., None]
