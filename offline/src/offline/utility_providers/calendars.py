"""The functions of hashicorp/time: moments and durations as objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from offline.protocol.contract import Value
from offline.schema.blocks import Function

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_NANOSECONDS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_CLOCK = ("year", "month", "day", "hour", "minute", "second")


def is_rfc3339(text: str) -> bool:
    """Report whether a string is a moment in RFC 3339."""
    return _RFC3339.fullmatch(text) is not None


def parse(text: str) -> datetime:
    """Return a moment in RFC 3339. Raises ValueError."""
    if not is_rfc3339(text):
        why = f'"{text}" is not a valid RFC3339 timestamp'
        raise ValueError(f"Error parsing RFC3339 timestamp: {why}")
    return datetime.fromisoformat(text)


def rfc3339(moment: datetime) -> str:
    """Write a moment as Go does, in its own zone and in seconds."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def clock(moment: datetime) -> Value:
    """Return year, month, day, hour, minute, and second."""
    return {name: getattr(moment, name) for name in _CLOCK}


def _calendar(moment: datetime) -> Value:
    iso = moment.isocalendar()
    return {
        **clock(moment),
        "year_day": moment.timetuple().tm_yday,
        "month_name": f"{moment:%B}",
        "weekday": moment.isoweekday() % 7,
        "weekday_name": f"{moment:%A}",
        "iso_year": iso.year,
        "iso_week": iso.week,
    }


def _parse_moment(text: str, _folder: Path) -> Value:
    moment = parse(text)
    return {**_calendar(moment), "unix": int(moment.timestamp())}


def _parse_unix(seconds: int, _folder: Path) -> Value:
    moment = datetime.fromtimestamp(seconds, UTC)
    return {**_calendar(moment), "rfc3339": rfc3339(moment)}


def _parse_duration(text: str, _folder: Path) -> Mapping[str, float]:
    digits = text.lstrip("+-")
    parts = _PART.findall(digits)
    if digits != "0" and (not parts or "".join(a + b for a, b in parts) != digits):
        why = f'"{text}" is not a valid duration string'
        raise ValueError(f"Error parsing duration string: {why}")
    units = {**_NANOSECONDS, "µs": 1000, "μs": 1000}
    total = int(sum(float(count) * units[unit] for count, unit in parts))
    total = -total if text.startswith("-") else total
    return {
        **{name: total / _NANOSECONDS[name[0]] for name in ("hours", "minutes", "seconds")},
        "milliseconds": int(total / 10**6),
        "microseconds": int(total / 10**3),
        "nanoseconds": total,
    }


_NUMBERS = dict.fromkeys((*_CLOCK, "year_day", "weekday", "iso_year", "iso_week"), "number")
_NAMES = {"month_name": "string", "weekday_name": "string"}
_DURATIONS = ("hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds")


def _function(summary: str, parameter: dict[str, str], result: Mapping[str, str]) -> Function:
    return Function(summary, parameter, ["object", dict(result)])


FUNCTIONS: Mapping[str, tuple[Function, Callable[[Any, Path], Any]]] = {
    "duration_parse": (
        _function(
            "Parse a Go duration string into an object",
            {"duration": "string"},
            dict.fromkeys(_DURATIONS, "number"),
        ),
        _parse_duration,
    ),
    "rfc3339_parse": (
        _function(
            "Parse an RFC3339 timestamp string into an object",
            {"timestamp": "string"},
            {**_NUMBERS, **_NAMES, "unix": "number"},
        ),
        _parse_moment,
    ),
    "unix_timestamp_parse": (
        _function(
            "Parse a unix timestamp integer into an object",
            {"unix_timestamp": "number"},
            {**_NUMBERS, **_NAMES, "rfc3339": "string"},
        ),
        _parse_unix,
    ),
}
