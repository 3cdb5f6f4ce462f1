"""Methods that the Terraform provider calls to read, create, update and delete each type."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal

from facts import permissions
from facts.table import read

Action = Literal["read", "create", "update", "delete"]


class UnknownTypeError(Exception):
    """Nobody here has read what the provider does with a type."""


@cache
def _types() -> Mapping[str, Mapping[str, Any]]:
    return {
        name: entry
        for fact in read("provider_methods").values()
        for name, entry in fact.value.items()
    }


def types() -> frozenset[str]:
    """Return the types on the list; data sources begin with `data.`."""
    return frozenset(_types())


def methods(type_: str, action: Action, attributes: Mapping[str, Any]) -> frozenset[str]:
    """Return the methods that the provider may call for an action on a resource.

    Whether it calls some of them depends on attributes, such as `force_destroy`.

    Raises:
        UnknownTypeError: the type is not on the list.
    """
    return frozenset(_fitting(_entry(type_)[action], attributes))


def needed(type_: str, action: Action, attributes: Mapping[str, Any]) -> frozenset[str]:
    """Return the permissions that the provider may need for an action on a resource: those of the
    methods, and those on what the resource refers to.

    Raises:
        UnknownTypeError: the type is not on the list.
    """
    found = set(_fitting(_entry(type_).get("permissions", {}).get(action, ()), attributes))
    for method in methods(type_, action, attributes):
        found.update(permissions.of_method(method) or ())
    return frozenset(found)


def unexpected(recorded: Iterable[tuple[str, str, str]]) -> list[str]:
    """Compare recorded requests with the list: return type, action and method of those that it
    lacks.

    A request belongs to a type and an action (`create`). The provider reads a resource before and
    after each action, so that the methods of `read` are expected in all of them.
    """
    lacking = set()
    for type_, action, method in recorded:
        entry = _types().get(type_) or _types().get(f"data.{type_}")
        known = {_name(item) for each in ("read", action) for item in entry[each]} if entry else ()
        if method not in known:
            lacking.add(f"{type_} {action} {method}")
    return sorted(lacking)


def _entry(type_: str) -> Mapping[str, Any]:
    try:
        return _types()[type_]
    except KeyError:
        raise UnknownTypeError(f"The requests for {type_} are not known") from None


def _name(item: str | list[str]) -> str:
    return item if isinstance(item, str) else item[0]


def _fitting(items: Iterable[str | list[str]], attributes: Mapping[str, Any]) -> Iterable[str]:
    """Yield the methods or permissions whose condition holds: `attribute`, `attribute=value`, or
    `attribute!=value`.
    """
    for item in items:
        if isinstance(item, str) or _holds(item[1], attributes):
            yield _name(item)


def _holds(condition: str, attributes: Mapping[str, Any]) -> bool:
    name, comparison, expected = condition.partition("=")
    if not comparison:
        return bool(attributes.get(name))
    equal = str(attributes.get(name.removesuffix("!"))) == expected
    return equal != name.endswith("!")
