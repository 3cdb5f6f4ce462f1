"""What a change would give: the way the provider's SDK plans, for any type.

An attribute that the configuration leaves out takes the provider's default; without one, a computed
attribute is unknown at creation and keeps its value afterwards. engine/attributes.py plans single
attributes. Source: terraform-plugin-sdk v2.37.0, helper/schema/schema.go (schemaMap.Diff).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from offline.engine.attributes import is_zero, plan_attribute
from offline.engine.diff_suppress import (
    is_absent,
    is_block_suppressed,
    is_same_link,
    is_suppressed,
    resolved,
)
from offline.protocol.contract import Value
from offline.protocol.values import UNKNOWN, Path, stable
from offline.provider_facts import TypeFacts, replaces
from offline.schema.blocks import Block, NestedBlock


@dataclass(frozen=True)
class Planner:
    """Plans one type. `identity` are attributes whose change always replaces, beyond what the facts
    say.
    """

    block: Block
    facts: TypeFacts
    identity: frozenset[str] = frozenset()

    def plan(self, prior: Value | None, proposed: Value, config: Value) -> Value:
        """Return the planned value; equal to `prior` when nothing changes."""
        here = replace(self, facts=resolved(self.facts, config))
        return here._block(self.block, "", prior, proposed, config, exists=prior is not None)

    def replacements(self, prior: Value, planned: Value) -> list[Path]:
        """Return the paths whose change cannot be made in place."""
        paths = list(self._replacing(self.block, "", (), prior, planned))
        if self.facts.no_update and not paths:
            paths = [
                (name,)
                for name in (*self.block.attributes, *self.block.blocks)
                if prior.get(name) != planned.get(name)
                and name not in self.facts.virtual_fields
                and name != "timeouts"
            ]
        return paths

    def _block(
        self,
        block: Block,
        at: str,
        prior: Value | None,
        proposed: Value,
        config: Value,
        *,
        in_set: bool = False,
        exists: bool = False,
    ) -> Value:
        value: Value = {}
        for name, attribute in block.attributes.items():
            value[name] = plan_attribute(
                attribute,
                self.facts.of(at + name),
                None if prior is None else prior.get(name),
                proposed.get(name),
                config.get(name),
                in_set=in_set,
                exists=exists,
            )
        for name, nested in block.blocks.items():
            value[name] = self._nested(
                nested,
                at + name,
                None if prior is None else prior.get(name),
                proposed.get(name),
                config.get(name),
                in_set=in_set,
            )
        return value

    def _nested(
        self,
        nested: NestedBlock,
        at: str,
        prior: Any,
        proposed: Any,
        config: Any,
        *,
        in_set: bool,
    ) -> Any:
        if proposed is UNKNOWN or config is UNKNOWN:
            return UNKNOWN
        if nested.nesting == "single":
            return (
                None
                if config is None
                else self._block(nested.block, f"{at}.", prior, proposed, config)
            )
        if nested.nesting == "map":
            return proposed
        same_if = self.facts.of(at).same_if
        if not config:
            if not nested.computed:
                return prior if prior and is_absent(same_if, prior) else []
            if prior is None:
                return [] if is_suppressed(same_if, "", "") else UNKNOWN
            return prior
        before = prior if isinstance(prior, list) else []
        if same_if == "AlwaysDiffSuppress":
            return before
        if nested.nesting == "list":
            blocks = [
                self._block(
                    nested.block,
                    f"{at}.",
                    before[i] if i < len(before) else None,
                    new,
                    set_,
                    in_set=in_set,
                )
                for i, (new, set_) in enumerate(zip(proposed, config, strict=True))
            ]
            is_noted = before or not is_block_suppressed(same_if, config[0])
            return blocks if is_noted or not _is_unset(blocks[0]) else []
        left = list(config)
        elements = []
        for new in proposed:
            set_ = next((item for item in left if _covers(item, new)), None)
            if set_ is not None:
                left.remove(set_)
            old = next((entry for entry in before if _covers(set_ or new, entry)), None)
            elements.append(
                self._block(
                    nested.block, f"{at}.", old, new, new if set_ is None else set_, in_set=True
                )
            )
        return elements

    def _replacing(
        self, block: Block, at: str, path: Path, prior: Value, planned: Value
    ) -> Iterator[Path]:
        for name in block.attributes:
            old, new = prior.get(name), planned.get(name)
            if old == new or is_suppressed(self.facts.of(at + name).same_if, old, new):
                continue
            condition = self.facts.conditional_force_new.get(at + name)
            if (
                self.facts.of(at + name).force_new
                or at + name in self.identity
                or (condition is not None and new is not UNKNOWN and replaces(condition, old, new))
            ):
                yield (*path, name)
        for name, nested in block.blocks.items():
            old, new = prior.get(name), planned.get(name)
            if old == new or nested.nesting == "single":
                continue
            if nested.nesting == "set" or not isinstance(old, list) or not isinstance(new, list):
                if _as_set(old) != _as_set(new) and self._any_force_new(at + name):
                    yield (*path, name)
                continue
            if len(old) != len(new) and self.facts.of(at + name).force_new:
                yield (*path, name)
            for i, (before, after) in enumerate(zip(old, new, strict=False)):
                yield from self._replacing(
                    nested.block, f"{at}{name}.", (*path, name, i), before, after
                )

    def _any_force_new(self, at: str) -> bool:
        return self.facts.of(at).force_new or any(
            fact.force_new
            for path, fact in self.facts.attributes.items()
            if path.startswith(f"{at}.")
        )


def _covers(config: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Say whether a set's element is the one that the configuration wrote: all that it sets is
    equal.
    """
    for name, wanted in config.items():
        if wanted is None or wanted == []:
            continue
        value_ = value.get(name)
        if isinstance(wanted, list) and isinstance(value_, list) and len(wanted) == len(value_):
            pairs = zip(wanted, value_, strict=True)
            if all(
                _covers(a, b) if isinstance(a, dict) and isinstance(b, dict) else _is_equal(a, b)
                for a, b in pairs
            ):
                continue
        if not _is_equal(wanted, value_):
            return False
    return True


def _is_equal(first: Any, second: Any) -> bool:
    return bool(first == second) or is_same_link(first, second)


def _is_unset(block: Mapping[str, Any]) -> bool:
    """Say whether a planned block has no value, not even one that is unknown."""
    return all(value is None or value in ("", [], {}) for value in block.values())


def _as_set(value: Any) -> Sequence[str]:
    return sorted(stable(item) for item in value) if isinstance(value, list) else [repr(value)]


def unchanged(block: Block, prior: Value, planned: Value) -> bool:
    """Say whether a planned value is the prior one, sets compared as sets."""
    for name, attribute in block.attributes.items():
        old, new = prior.get(name), planned.get(name)
        is_set = isinstance(attribute.type, list) and attribute.type[0] == "set"
        if old == new or (is_zero(old) and is_zero(new)):
            continue
        if not (is_set and _as_set(old) == _as_set(new)):
            return False
    return all(
        _nested_unchanged(nested, prior.get(name), planned.get(name))
        for name, nested in block.blocks.items()
    )


def _nested_unchanged(nested: NestedBlock, old: Any, new: Any) -> bool:
    if old == new:
        return True
    if nested.nesting == "set" and isinstance(old, list) and isinstance(new, list):
        return _as_set(old) == _as_set(new)
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return all(unchanged(nested.block, a, b) for a, b in zip(old, new, strict=True))
    if isinstance(old, dict) and isinstance(new, dict):
        return unchanged(nested.block, old, new)
    return False
