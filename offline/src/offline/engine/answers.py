"""What the API answers for a healthy resource where the configuration says nothing.

answers.json has it by type and dotted path: recorded from hashicorp/google 6.50.0 in front of
`offline serve` on 2026-11-27. Texts are forms (provider_facts/README.md), filled from the resource.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from offline.protocol.values import UNKNOWN
from offline.provider_facts.ids import PLACE_OF, fill


@cache
def _forms() -> dict[str, dict[str, Any]]:
    text = Path(__file__).with_name("answers.json").read_text(encoding="utf-8")
    content: dict[str, dict[str, Any]] = json.loads(text)
    return content


def forms(type_: str) -> Mapping[str, Any]:
    """Return what the API answers for a type, as forms by dotted path."""
    return _forms().get(type_, {})


class Answers:
    """What the API answers for one resource, by dotted path without indexes."""

    def __init__(self, type_: str, places: Mapping[str, Any]) -> None:
        """`places` are what forms may ask for (offline.engine.identity.places)."""
        self._forms = forms(type_)
        self._values = {key: item for key, item in places.items() if item is not UNKNOWN}

    def __contains__(self, path: str) -> bool:
        """Report whether it is known what the API answers there."""
        return path in self._forms

    def get(self, path: str, place: str) -> Any:
        """Return what the API answers; `place` is what made-up values depend on besides."""
        return self._filled(self._forms[path], {**self._values, PLACE_OF: place})

    def _filled(self, form: Any, values: Mapping[str, Any]) -> Any:
        if isinstance(form, str):
            try:
                return fill(form, values)
            except KeyError:
                return ""  # as where the API sends none: the resource lacks what it depends on
        if isinstance(form, list):
            return [self._filled(item, values) for item in form]
        if isinstance(form, dict):
            return {key: self._filled(item, values) for key, item in form.items()}
        return form
