"""JSON as Go writes it: keys in order, no spaces, characters of HTML escaped."""

from __future__ import annotations

import json
from typing import Any

_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def compact(value: Any) -> str:
    """Return a value as `encoding/json` of Go marshals it."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.translate(_HTML)


def normalized(text: str) -> str:
    """Return a JSON text as Go writes its value. Raises json.JSONDecodeError."""
    return compact(json.loads(text, parse_float=_number))


def _number(text: str) -> float | int:
    """Return a number as Go shows a float64: without a fraction where it has none."""
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < 1e21 else number
