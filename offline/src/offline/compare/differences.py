"""Differences between two lives of one directory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from offline.compare.drawn import redrawn
from offline.compare.life import STEPS, UNKNOWN, Life
from offline.compare.shapes import is_equal
from offline.compare.texts import Members, opened

ABSENT = "(absent)"
Masks = tuple[Any, ...]
"""Values of one path in the plans that made it."""


@dataclass(frozen=True)
class Difference:
    """One attribute, or one property of a step, that is not the same with both providers."""

    step: str
    """plan, apply (the state after it), second plan, or destroy."""
    address: str
    attribute: str
    """Its path, such as `rule.0.action`."""
    genuine: Any
    embedded: Any

    @property
    def type(self) -> str:
        """The resource type, with `data.` for a data source."""
        parts = re.sub(r"\[.*?\]", "", self.address).split(".")
        is_data = len(parts) > 2 and parts[-3] == "data"
        return f"data.{parts[-2]}" if is_data else parts[-2] if len(parts) > 1 else ""

    @property
    def kind(self) -> tuple[str, str, str]:
        """What it has in common with others: step, type, and attribute without indexes."""
        return self.step, self.type, re.sub(r"\.\d+(?=\.|$)", "[]", self.attribute)


@dataclass(frozen=True)
class Comparison:
    """Result of a comparison. Of `plans` and `states`: addresses with whether they are equal."""

    differences: list[Difference]
    plans: dict[str, bool]
    states: dict[str, bool]

    @property
    def is_equal(self) -> bool:
        """Whether there is no difference."""
        return not self.differences


def compare(genuine: Life, embedded: Life) -> Comparison:
    """Compare what became of a directory with both providers."""
    found: list[Difference] = []
    genuine = redrawn(genuine, embedded)
    plans, states = {}, {}
    for address in sorted({*genuine.plan, *embedded.plan}):
        new = list(_plans(address, genuine, embedded))
        plans[address] = not new
        found += new
    for address in sorted({*genuine.state, *embedded.state}):
        new = list(_states(address, genuine, embedded))
        states[address] = not new
        found += new
    for address in sorted({*genuine.second_plan, *embedded.second_plan}):
        first, second = (life.second_plan.get(address, ["no-op"]) for life in (genuine, embedded))
        if first != second:
            found.append(Difference("second plan", address, "actions", first, second))
    for address in sorted({*genuine.left} ^ {*embedded.left}):
        marks = (
            "in the state" if address in life.left else "destroyed" for life in (genuine, embedded)
        )
        found.append(Difference("destroy", address, "", *marks))
    for step in STEPS:
        if (step in genuine.errors) != (step in embedded.errors):
            results = (_result(life.errors.get(step)) for life in (genuine, embedded))
            found.append(Difference(step, "", "result", *results))
    return Comparison(found, plans, states)


def _result(errors: list[str] | None) -> str:
    if errors is None:
        return "succeeds"
    return "; ".join(" ".join(error.partition("\n  on ")[0].split()) for error in errors)


def _plans(address: str, genuine: Life, embedded: Life) -> Iterator[Difference]:
    one, other = (life.plan.get(address) for life in (genuine, embedded))
    if one is None or other is None:
        marks = (ABSENT if plan is None else plan.actions for plan in (one, other))
        yield Difference("plan", address, "", *marks)
        return
    for name in ("actions", "replace_paths"):
        if getattr(one, name) != getattr(other, name):
            yield Difference("plan", address, name, getattr(one, name), getattr(other, name))
    masks = (genuine.created.get(address),)
    for path, first, second in _values(one.values, other.values, (), masks):
        yield Difference("plan", address, path, first, second)


def _states(address: str, genuine: Life, embedded: Life) -> Iterator[Difference]:
    first, second = genuine.state.get(address, ABSENT), embedded.state.get(address, ABSENT)
    if ABSENT in (first, second):
        marks = (one if one == ABSENT else "present" for one in (first, second))
        yield Difference("apply", address, "", *marks)
        return
    planned = genuine.plan.get(address)
    is_data = f".{address}".rpartition(".data.")[1]
    mask = UNKNOWN if planned is None or is_data else planned.values
    masks = (mask, genuine.created.get(address))
    for path, one, other in _values(first, second, (), masks):
        yield Difference("apply", address, path, one, other)


def _values(
    genuine: Any, embedded: Any, path: tuple[str, ...], planned: Masks
) -> Iterator[tuple[str, Any, Any]]:
    """Yield path and both values for all that differs.

    `planned` is what genuine plans have there: what is unknown in one is invented by its apply.
    """
    if isinstance(genuine, dict) and isinstance(embedded, dict):
        for key in sorted({*genuine, *embedded}):
            first, second = genuine.get(key, ABSENT), embedded.get(key, ABSENT)
            if {str(first), str(second)} == {"None", ABSENT}:
                continue
            yield from _values(first, second, (*path, key), _below(planned, key))
    elif (
        isinstance(genuine, list)
        and isinstance(embedded, list)
        and len(genuine) == len(embedded)
        and any(isinstance(item, dict | list) for item in genuine)
    ):
        yield from _lists(genuine, embedded, path, planned)
    elif isinstance(genuine, list) and isinstance(embedded, list):
        yield from _scalars(genuine, embedded, path, planned)
    elif texts := next(filter(None, (opened(genuine, embedded, mask) for mask in planned)), None):
        yield from _values(*texts[:2], path, (texts[2],))
    else:
        name = next((part for part in reversed(path) if not part.isdigit()), "")
        if not is_equal(genuine, embedded, name, invented=UNKNOWN in planned):
            yield ".".join(path), genuine, embedded


def _lists(
    genuine: list[Any], embedded: list[Any], path: tuple[str, ...], planned: Masks
) -> Iterator[tuple[str, Any, Any]]:
    """Compare blocks in their order, or each with the most similar one where that fits better."""

    def differ(first: int, second: int) -> list[tuple[str, Any, Any]]:
        at = (*path, str(first))
        return list(_values(genuine[first], embedded[second], at, _below(planned, first)))

    ordered = [differ(at, at) for at in range(len(genuine))]
    count = sum(map(len, ordered))
    if not count or len(genuine) > 50:
        yield from (one for found in ordered for one in found)
        return
    free, paired = set(range(len(embedded))), []
    for at in range(len(genuine)):
        pairs = [(differ(at, other), other) for other in _nearest(at, free)]
        found, partner = min(pairs, key=lambda pair: len(pair[0]))
        free.remove(partner)
        paired.append((found, partner))
    if sum(len(found) for found, _ in paired) >= count:
        yield from (one for found in ordered for one in found)
    elif any(found for found, _ in paired):
        yield from (one for found, _ in paired for one in found)
    else:
        order = [partner for _, partner in paired]
        yield ".".join((*path, "order")), sorted(order), order


def _scalars(
    genuine: list[Any], embedded: list[Any], path: tuple[str, ...], planned: Masks
) -> Iterator[tuple[str, Any, Any]]:
    name = path[-1] if path else ""
    is_invented = UNKNOWN in planned
    if len(genuine) == len(embedded) and all(
        is_equal(first, second, name, invented=is_invented)
        for first, second in zip(genuine, embedded, strict=True)
    ):
        return
    yield ".".join(path), genuine, embedded


def _nearest(at: int, free: set[int]) -> list[int]:
    return sorted(free, key=lambda other: abs(other - at))


def _below(planned: Masks, key: str | int) -> Masks:
    return tuple(_at(mask, key) for mask in planned)


def _at(planned: Any, key: str | int) -> Any:
    if planned == UNKNOWN:
        return UNKNOWN
    if isinstance(planned, dict):
        return planned.get(str(key), UNKNOWN if isinstance(planned, Members) else None)
    if isinstance(planned, list) and isinstance(key, int) and key < len(planned):
        return planned[key]
    return None
