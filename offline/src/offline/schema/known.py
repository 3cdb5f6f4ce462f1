"""Types that the user of a command names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from offline.problems import CommandError
from offline.schema.bindings import bindings, has_bindings


def check_types(types: Iterable[str]) -> None:
    """Look each type up among the resources and data sources of the providers.

    Raises:
        CommandError: no provider has a type.
    """
    known = [bindings("google").names, bindings("random").names]
    if has_bindings("google-beta"):
        known.append(bindings("google-beta").names)
    every = {"terraform_data"}.union(*(names for one in known for names in one.values()))
    for type_ in types:
        if type_ not in every:
            near = get_close_matches(type_, every, 1, 0.8)
            fix = f'Did you mean "{near[0]}"?' if near else "Name a resource type of google"
            raise CommandError(f"Type {type_} does not exist", advice=fix)
