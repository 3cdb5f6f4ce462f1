"""What the provider sends to an API: more than the state holds, or less than the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline.protocol.contract import Value
from offline.protocol.values import UNKNOWN
from offline.provider_facts import facts


def sent(type_: str, planned: Value, config: Value) -> Value:
    """Return what the API is sent: with the write-only values, which no plan and no cloud holds."""
    names = (name for name, fact in facts(type_).attributes.items() if fact.write_only)
    return planned | {name: config[name] for name in names if config.get(name) is not None}


def without_unsent(type_: str, planned: Value) -> Value:
    """Return a value without the blocks that the provider does not send, as the API then answers.

    The next plan adds such a block again, so that a configuration with it never converges.
    """
    known = facts(type_)
    return {
        name: [] if known.of(name).unsent_if_empty and _is_empty(item) else item
        for name, item in planned.items()
    }


def _is_empty(value: Any) -> bool:
    """Say whether all fields have the zero value of their type (`tpgresource.IsEmptyValue`)."""
    if isinstance(value, Mapping):
        return all(map(_is_empty, value.values()))
    if isinstance(value, list):
        return all(map(_is_empty, value))
    return value is not UNKNOWN and not value
