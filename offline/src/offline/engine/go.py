"""Texts as Go reads and writes them."""

from __future__ import annotations

import json
import re

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")


def duration(text: str) -> float | None:
    """Return the seconds of a duration as `time.ParseDuration` reads it, None if it has none."""
    sign = -1 if text.startswith("-") else 1
    rest = text[1:] if text[:1] in {"-", "+"} else text
    if rest == "0":
        return 0
    parts = _PART.findall(rest)
    if not parts or "".join(number + unit for number, unit in parts) != rest:
        return None
    return sign * sum(float(number) * _UNITS[unit] for number, unit in parts)


def quoted(text: str) -> str:
    """Return a string in quotes, as `%q` writes it."""
    return json.dumps(text, ensure_ascii=False)


def json_error(text: str, error: ValueError) -> str:
    """Return the error of `encoding/json` for a string that Python cannot read either."""
    at = getattr(error, "pos", len(text))
    if at >= len(text):
        return "unexpected end of JSON input"
    where = "looking for beginning of value" if "value" in str(error) else "after top-level value"
    return f"invalid character '{text[at]}' {where}"


def duration_error(text: str) -> str:
    """Return the error of `time.ParseDuration` for a string that has no duration."""
    kind = "missing unit in" if re.fullmatch(r"[-+]?[\d.]*\d", text) else "invalid"
    return f"time: {kind} duration {quoted(text)}"
