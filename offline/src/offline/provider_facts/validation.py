"""Checks a configuration by the facts, as the provider's ValidateResourceTypeConfig does."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from offline.protocol.values import UNKNOWN
from offline.provider_facts.checks import find_error
from offline.provider_facts.loader import facts
from offline.provider_facts.model import AttributeFacts, Problem

Path = tuple[str | int, ...]


def validate(type_: str, config: Mapping[str, Any]) -> list[Problem]:
    """Return everything that the provider would reject, in order of the attributes' names.

    `config` holds attributes as Terraform sends them: absent is None, blocks are lists of
    mappings. UNKNOWN values are checked later, when they are known. Wording: the plugin SDK v2
    (helper/schema/schema.go) and the provider's validators.
    """
    known = facts(type_)
    parents = {dotted.rpartition(".")[0] for dotted in known.attributes}
    result: list[Problem] = []
    for dotted, item in sorted(known.attributes.items()):
        *parent, name = dotted.split(".")
        for path, block in _instances(config, parent):
            value = block.get(name)
            # No block of a kind is an empty list too; an attribute's empty list was written down.
            if value == [] and dotted not in parents:
                result += _items((*path, name), item, value)
            result += _judge(config, (*path, name), item, value)
    return result


def _judge(
    config: Mapping[str, Any], path: Path, fact: AttributeFacts, value: Any
) -> Iterator[Problem]:
    yield from _groups(config, path, fact)
    if _absent(value) or _unknown(value):
        return
    if fact.required_with:
        yield from _required_with(config, path, fact)
    if fact.conflicts_with:
        yield from _conflicts(config, path, fact)
    yield from _items(path, fact, value)
    if isinstance(value, list | tuple | set | frozenset):
        if fact.each is not None:
            for index, item in enumerate(value):
                yield from _value((*path, index), fact.each, item)
    else:
        yield from _value(path, fact, value)


def _value(path: Path, fact: AttributeFacts, value: Any) -> Iterator[Problem]:
    if value is None or _unknown(value):
        return
    if words := find_error(_dotted(path), fact, value):
        yield Problem(path, words)


def _items(path: Path, fact: AttributeFacts, value: Any) -> Iterator[Problem]:
    if not isinstance(value, list | tuple | set | frozenset):
        return
    if fact.max_items and len(value) > fact.max_items:
        yield Problem(
            path,
            "Too many list items",
            f"Attribute {_dotted(path)} supports {fact.max_items} item maximum, "
            f"but config has {len(value)} declared.",
        )
    if len(value) < fact.min_items:
        yield Problem(
            path,
            "Not enough list items",
            f"Attribute {_dotted(path)} requires {fact.min_items} item minimum, "
            f"but config has only {len(value)} declared.",
        )


def _groups(config: Mapping[str, Any], path: Path, fact: AttributeFacts) -> Iterator[Problem]:
    """Exactly-one-of and at-least-one-of: checked although the attribute itself is absent."""
    if not (fact.exactly_one_of or fact.at_least_one_of):
        return
    dotted = _dotted(path)
    if fact.exactly_one_of:
        group = _with_itself(path, fact.exactly_one_of)
        given = [other for other in group if _given(config, path, other) is True]
        unknown = any(_given(config, path, other) is None for other in group)
        names = _names(path, group)
        if len(given) > 1:
            yield Problem(
                path,
                "Invalid combination of arguments",
                f'"{dotted}": only one of `{names}` can be specified, '
                f"but `{_names(path, given)}` were specified.",
            )
        elif not given and not unknown:
            yield Problem(
                path,
                "Invalid combination of arguments",
                f'"{dotted}": one of `{names}` must be specified',
            )
    group = _with_itself(path, fact.at_least_one_of)
    if fact.at_least_one_of and all(_given(config, path, other) is False for other in group):
        yield Problem(
            path,
            "Missing required argument",
            f'"{dotted}": one of `{_names(path, group)}` must be specified',
        )


def _with_itself(path: Path, others: Sequence[str]) -> tuple[str, ...]:
    """Return a group with the attribute itself, which the provider's list can leave out.

    Source: Terraform Plugin SDK v2, helper/schema/schema.go, validateExactlyOneAttribute and
    validateAtLeastOneAttribute.
    """
    itself = ".".join(step for step in path if isinstance(step, str))
    listed = {".".join(part for part in other.split(".") if part != "0") for other in others}
    return tuple(others) if itself in listed else (*others, itself)


def _required_with(
    config: Mapping[str, Any], path: Path, fact: AttributeFacts
) -> Iterator[Problem]:
    if any(_given(config, path, other) is False for other in fact.required_with):
        yield Problem(
            path,
            "Missing required argument",
            f'"{_dotted(path)}": all of `{_names(path, fact.required_with)}` must be specified',
        )


def _conflicts(config: Mapping[str, Any], path: Path, fact: AttributeFacts) -> Iterator[Problem]:
    for other in fact.conflicts_with:
        itself = other == ".".join(step for step in path if isinstance(step, str))
        if not itself and _given(config, path, other) is True:
            yield Problem(
                path,
                "Conflicting configuration arguments",
                f'"{_dotted(path)}": conflicts with {_names(path, [other])}',
            )


def _given(config: Mapping[str, Any], path: Path, other: str) -> bool | None:
    """Whether another attribute is set, None when that is unknown: in the same block as far as
    the paths agree.
    """
    at: Any = config
    same = iter(path)
    within = True
    for step in other.split("."):
        if isinstance(at, list | tuple):
            index = next(same, 0) if within else 0
            if not isinstance(index, int) or index >= len(at):
                return False
            at = at[index]
        if _unknown(at):
            return None
        if not isinstance(at, Mapping):
            return False
        within = within and next(same, None) == step
        at = at.get(step)
    if _unknown(at):
        return None
    return not _absent(at)


def _names(path: Path, others: tuple[str, ...] | list[str]) -> str:
    """Paths as the provider writes them: with the index of every block on the way."""
    indexes = _indexes(path)
    shown = []
    for other in others:
        steps = other.split(".")
        full = [
            f"{step}.{indexes.get('.'.join(steps[: depth + 1]), 0)}"
            for depth, step in enumerate(steps[:-1])
        ]
        shown.append(".".join([*full, steps[-1]]))
    return ",".join(sorted(shown))


def _indexes(path: Path) -> dict[str, int]:
    result: dict[str, int] = {}
    names: list[str] = []
    for step in path:
        if isinstance(step, int):
            result[".".join(names)] = step
        else:
            names.append(step)
    return result


def _instances(config: Any, parent: list[str]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every instance of a block, with its path; none below an unknown."""
    if not isinstance(config, Mapping):
        return
    if not parent:
        yield (), config
        return
    head, *rest = parent
    within = config.get(head)
    blocks = within if isinstance(within, list | tuple) else []
    for index, block in enumerate(blocks):
        for path, found in _instances(block, rest):
            yield (head, index, *path), found


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)


def _unknown(value: Any) -> bool:
    return value is UNKNOWN


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, list | tuple | Mapping) and not value)
