"""The planned value of one attribute, as the provider's SDK finds it.

The SDK takes the zero value of a type for "not set". In a plan that is seen in four ways: an empty
map or set is null, a suppressed difference is not written, a set's element has "" and [] where the
configuration has nothing, and a collection that holds an unknown value is unknown as a whole.
Source: terraform-plugin-sdk v2.37.0, helper/schema/schema.go (diffString, diffList, diffMap,
diffSet, finalizeDiff), terraform/resource.go (ResourceConfig.get), terraform/diff.go
(applyCollectionDiff), helper/schema/grpc_provider.go (normalizeNullValues).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline.engine.diff_suppress import is_same_link, is_suppressed
from offline.engine.state_functions import stored
from offline.protocol.values import UNKNOWN, zero
from offline.provider_facts import AttributeFacts
from offline.schema.blocks import Attribute


def plan_attribute(
    attribute: Attribute,
    fact: AttributeFacts,
    prior: Any,
    proposed: Any,
    config: Any,
    *,
    in_set: bool = False,
    exists: bool = False,
) -> Any:
    """Return what an attribute will be.

    `proposed` is the configuration completed by what Terraform keeps of the prior state. `in_set`:
    the attribute is in an element of a set, which the SDK writes as a whole. `exists`: the resource
    has an ID, so that a computed value that it lacks stays absent.
    """
    if attribute.write_only:
        return None
    if isinstance(attribute.type, list):
        return _collection(attribute, fact, prior, proposed, config, in_set=in_set)
    new = proposed
    default = _typed(attribute.type, fact.default) if fact.has_default else None
    if config is None and default is not None and attribute.settable:
        new = None if default == "" and prior is None and not in_set else default
    elif config is None and (attribute.computed or new is None):
        if exists and not in_set and prior is None and new is None:
            return None
        if not attribute.computed and is_suppressed(fact.same_if, prior, ""):
            return prior
        return _unset(attribute, prior if new is None else new, in_set=in_set)
    if new is UNKNOWN:
        return UNKNOWN
    new = stored(fact.state_function, new)
    if _is_same(fact.same_if, "" if prior is None else prior, new):
        return _unset(attribute, prior, in_set=in_set) if prior in (None, "") else prior
    if new == "" and attribute.computed:
        return UNKNOWN if prior is None else prior
    return new


def is_zero(value: Any) -> bool:
    """Say whether the SDK takes a value for one that is not set."""
    return value is None or (value is not UNKNOWN and not value)


def _unset(attribute: Attribute, kept: Any, *, in_set: bool) -> Any:
    """Return the value of a primitive that the configuration leaves out."""
    if attribute.computed:
        return UNKNOWN if kept is None else kept
    if kept is None:
        return "" if in_set and attribute.type == "string" else None
    return kept if is_zero(kept) else None


def _collection(
    attribute: Attribute,
    fact: AttributeFacts,
    prior: Any,
    proposed: Any,
    config: Any,
    *,
    in_set: bool,
) -> Any:
    kind = attribute.type[0]
    new = proposed if config is None and attribute.computed else config
    empty = zero(attribute.type)
    if new is None and fact.has_default:
        return fact.default
    if new is None:
        if attribute.computed:
            return UNKNOWN if prior is None else prior
        if prior is None:
            return empty if in_set and empty == [] else None
        return empty
    if _has_unknown(new):
        return UNKNOWN
    if isinstance(new, dict):
        new = _changed_entries(fact.same_if, prior or {}, new)
    elif fact.state_function:
        new = [stored(fact.state_function, item) for item in new]
    if new == empty:
        return _empty(attribute, kind, empty, prior, in_set=in_set)
    if isinstance(prior, list) and isinstance(new, list):
        function = None if fact.each is None else fact.each.same_if
        return (_kept_in_list if kind == "list" else _kept_in_set)(function, prior, new)
    return new


def _changed_entries(
    function: str | None, prior: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a map without the key that the provider ignores while the resource lacks it."""
    name, _, key = (function or "").partition("(")
    ignored = key.rstrip(")") if name == "IgnoreMissingKeyInMap" else None
    return {key: value for key, value in new.items() if key != ignored or key in prior}


def _empty(attribute: Attribute, kind: str, empty: Any, prior: Any, *, in_set: bool) -> Any:
    """Return what becomes of an empty collection in the configuration."""
    if prior is not None:
        return empty
    if kind == "list" and not (in_set and attribute.computed):
        return empty
    if attribute.computed:
        return UNKNOWN
    return empty if in_set and kind == "set" else None


def _kept_in_list(function: str | None, prior: list[Any], new: list[Any]) -> list[Any]:
    """Return a list in which suppressed elements keep the value that they have."""
    return [
        prior[i] if i < len(prior) and _is_same(function, prior[i], item) else item
        for i, item in enumerate(new)
    ]


def _kept_in_set(function: str | None, prior: list[Any], new: list[Any]) -> list[Any]:
    """Return a set whose elements keep the value of the one that has the same hash."""
    return [next((old for old in prior if _is_same(function, old, item)), item) for item in new]


def _is_same(function: str | None, old: Any, new: Any) -> bool:
    return is_suppressed(function, old, new) or is_same_link(old, new)


def _has_unknown(value: Any) -> bool:
    if value is UNKNOWN:
        return True
    items = value.values() if isinstance(value, dict) else value
    return any(item is UNKNOWN for item in items)


def _typed(type_: Any, default: Any) -> Any:
    """Return a default as the attribute's type has it: the SDK's are sometimes written in
    another.
    """
    if type_ == "number" and isinstance(default, str):
        return float(default)
    return default
