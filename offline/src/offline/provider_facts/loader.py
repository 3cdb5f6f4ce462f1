"""Reads the files of facts, each once and only when its type is asked for."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from offline.provider_facts.model import AttributeFacts, TypeFacts

PACKAGE = Path(__file__).parents[1]
_TUPLES = ("enum", "conflicts_with", "exactly_one_of", "at_least_one_of", "required_with")


@cache
def facts(type_: str) -> TypeFacts:
    """Return what is known of a resource type; empty facts for a type without a file."""
    content = _content(type_)
    return TypeFacts(
        type=type_,
        source=content.get("source"),
        attributes=MappingProxyType(
            {path: _attribute(item) for path, item in content.get("attributes", {}).items()}
        ),
        conditional_force_new=MappingProxyType(content.get("conditional_force_new", {})),
        virtual_fields=MappingProxyType(content.get("virtual_fields", {})),
        customize_diff=tuple(content.get("customize_diff", ())),
        timeouts=MappingProxyType(content.get("timeouts", {})),
        no_update=content.get("no_update", False),
        count=content.get("count", 0),
        id_format=content.get("id"),
        import_formats=tuple(content.get("import", ())),
        computed=MappingProxyType(content.get("computed", {})),
    )


@cache
def types() -> tuple[str, ...]:
    """All types that have a file of facts, sorted."""
    return tuple(sorted(files()))


@cache
def files() -> Mapping[str, Path]:
    """Return the file of every type: facts/<type>.json of its service, or of its provider."""
    folders = (PACKAGE / "services", PACKAGE)
    return {file.stem: file for folder in folders for file in folder.glob("*/facts/*.json")}


def _content(type_: str) -> dict[str, Any]:
    file = files().get(type_)
    return json.loads(file.read_text(encoding="utf-8")) if file else {}


def _attribute(content: dict[str, Any]) -> AttributeFacts:
    """Facts of one attribute; an unknown key is a TypeError, so that a slip in the data is seen."""
    result = dict(content)
    for key in _TUPLES:
        if key in result:
            result[key] = tuple(result[key])
    for key in ("range", "length"):
        if key in result:
            low, high = result[key]
            result[key] = (low, high)
    if "each" in result:
        result["each"] = _attribute(result["each"])
    return AttributeFacts(**result)
