"""Random values of `hashicorp/random`, which differ in each run.

They are in names of other resources too, and in what refers to those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from offline.compare.life import Life

_RANDOM = re.compile(r"(?:^|\.)random_\w+\.[^.]+$")
_WORD = re.compile(r"[0-9A-Za-z]+")
_SHORTEST = 4
"""Characters of a drawn text that is looked for in other values."""


def redrawn(life: Life, other: Life) -> Life:
    """Return a life with what the other one drew, where that has the same length or is a number."""
    texts: dict[str, str] = {}
    state = dict(life.state)
    for address in filter(_RANDOM.search, life.state.keys() & other.state.keys()):
        values = dict(life.state[address])
        for name, value in values.items():
            drawn = other.state[address].get(name)
            if _is_alike(value, drawn) or _are_words(address, value, drawn):
                values[name] = drawn
                if isinstance(value, str) and len(value) >= _SHORTEST:
                    texts[value] = drawn
        state[address] = values
    if not texts:
        return replace(life, state=state)
    words = "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![0-9A-Za-z])(?:{words})(?![0-9A-Za-z])")
    return replace(life, state={key: _replaced(one, pattern, texts) for key, one in state.items()})


def _is_alike(value: Any, drawn: Any) -> bool:
    if isinstance(value, str | list) and type(value) is type(drawn):
        return len(value) == len(drawn)
    return type(value) is type(drawn) and isinstance(value, int | float)


def _are_words(address: str, value: Any, drawn: Any) -> bool:
    """Report whether two names of `random_pet` have the same number of words."""
    is_pet = re.search(r"(?:^|\.)random_pet\.", address) and isinstance(drawn, str)
    return bool(is_pet) and len(_WORD.findall(value)) == len(_WORD.findall(drawn))


def _replaced(value: Any, pattern: re.Pattern[str], texts: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(lambda found: texts[found[0]], value)
    if isinstance(value, list):
        return [_replaced(item, pattern, texts) for item in value]
    if isinstance(value, dict):
        return {key: _replaced(item, pattern, texts) for key, item in value.items()}
    return value
