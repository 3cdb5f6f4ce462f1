"""The description of a Google service, as the package of each service declares it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Service:
    """A Google service, or several APIs that share a product.

    `apis`: prefix of resource types -> API, as in `sqladmin` of sqladmin.googleapis.com; the
    longest prefix that fits is the type's. `others`: prefixes of further types that its modules
    look at. `modules`: those of the package that register rules and hooks, in the order in
    which rules run; they are loaded for a type with one of these prefixes. `not_modelled`:
    prefix of resource types -> what the offline service leaves out. `children`: type -> types
    that the API deletes with it, each with the argument that names the parent. `holds`: type ->
    path of the value that a deleted resource keeps for a while: its id, which nothing else can
    have, or a network.
    """

    apis: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    not_modelled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    children: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    holds: Mapping[str, str] = field(default_factory=dict)

    def knows(self, type_: str) -> bool:
        """Whether its modules look at a type."""
        return type_.startswith((*self.apis, *self.others))
