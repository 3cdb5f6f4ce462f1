"""Reads the files of facts, each once and only when its type is asked for."""

import json
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from offline.facts.model import AttributeFacts, TypeFacts

FOLDER = Path(__file__).parent
_TUPLES = ("enum", "conflicts_with", "exactly_one_of", "at_least_one_of", "required_with")


@cache
def facts(type_: str) -> TypeFacts:
    """Return what is known of a resource type; empty facts for a type without a file."""
    entry: dict[str, Any] = _ids().get(type_, {})
    content = _content(type_)
    return TypeFacts(
        type=type_,
        source=content.get("source"),
        attributes=MappingProxyType(
            {path: _attribute(one) for path, one in content.get("attributes", {}).items()}
        ),
        conditional_force_new=MappingProxyType(content.get("conditional_force_new", {})),
        virtual_fields=MappingProxyType(content.get("virtual_fields", {})),
        customize_diff=tuple(content.get("customize_diff", ())),
        timeouts=MappingProxyType(content.get("timeouts", {})),
        no_update=content.get("no_update", False),
        count=content.get("count", 0),
        id_format=entry.get("id"),
        import_formats=tuple(entry.get("import", ())),
        computed=MappingProxyType(entry.get("computed", {})),
    )


@cache
def types() -> tuple[str, ...]:
    """All types that have a file of facts, sorted."""
    return tuple(sorted(file.stem for file in (FOLDER / "types").glob("*.json")))


@cache
def _ids() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "ids.json").read_text(encoding="utf-8"))
    return found


def _content(type_: str) -> dict[str, Any]:
    if not type_.replace("_", "").isalnum():
        return {}
    file = FOLDER / "types" / f"{type_}.json"
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _attribute(content: dict[str, Any]) -> AttributeFacts:
    """Facts of one attribute; an unknown key is a TypeError, so that a slip in the data is seen."""
    found = dict(content)
    for key in _TUPLES:
        if key in found:
            found[key] = tuple(found[key])
    for key in ("range", "length"):
        if key in found:
            low, high = found[key]
            found[key] = (low, high)
    if "each" in found:
        found["each"] = _attribute(found["each"])
    return AttributeFacts(**found)
