"""Messages: Pydantic's errors as problems in the words of someone who writes a file."""

import difflib
from collections.abc import Mapping
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic_core import ErrorDetails

from environments.problems import MISSING, Path, Problem, dotted
from environments.schema import Environment

_TEXT = "a string, in quotes where YAML would read it as something else"
_EXPECTED = {
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "int_type": "an integer",
    "int_parsing": "an integer",
    "int_parsing_size": "an integer",
    "int_from_float": "an integer",
    "finite_number": "an integer",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of keys to values",
    "too_short": "at least one entry",
    "too_long": "at most {max_length} entries",
    "string_too_long": "at most {max_length} characters",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
}
"""What Pydantic's kinds of errors want. Types with `Expected` say it themselves."""


_NUMBERS = {"int_type", "float_type", "literal_error"}


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def problem(detail: ErrorDetails, path: Path) -> Problem:
    """Return the problem that an error of Pydantic is about."""
    kind = detail["type"]
    if kind == "missing":
        return Problem(path, MISSING, f"a value for {path[-1]!r}")
    if kind == "extra_forbidden":
        near, known = next(iter(resembled_keys(path)), None), ", ".join(_known_keys(path))
        advice = f'Did you mean "{near}"? ' if near else ""
        return Problem(
            path,
            f"unknown key {path[-1]!r}",
            f"{near!r}" if near else f"one of {known}",
            advice=f"{advice}Rename {dotted(path)}, or remove it",
        )
    if kind in _EXPECTED:
        expected = _EXPECTED[kind].format_map(detail.get("ctx", {}))
    else:
        expected = detail["msg"].removeprefix("Input should be ")
    if kind in _NUMBERS and isinstance(detail["input"], str) and _is_number(detail["input"]):
        expected = f"{expected}, without quotes"
    name = "the name " if detail["loc"][-1] == "[key]" else ""
    return Problem(path, f"{name}{shown(detail['input'])}", expected)


def shown(value: Any) -> str:
    """Return a value as the file has it, at most 80 characters of it."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping | list):
        text = f"a {'mapping' if isinstance(value, Mapping) else 'list'}, {value}"
    else:
        text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def resembled_keys(path: Path) -> list[str]:
    """Return the known keys that an unknown one resembles, the nearest first."""
    return difflib.get_close_matches(str(path[-1]), _known_keys(path))


def _known_keys(path: Path) -> list[str]:
    """Return the keys that can be at the end of a path."""
    section: Any = Environment
    for key in path[:-1]:
        section = _section_below(section, key)
    return list(section.model_fields)


def _section_below(section: Any, key: str | int) -> Any:
    """Return the section that a key of a section, or of a mapping of sections, leads to."""
    if hasattr(section, "model_fields"):
        section = section.model_fields[key].annotation
    else:
        section = get_args(section)[-1]
    while not hasattr(section, "model_fields") and get_origin(section) is not dict:
        section = next(arg for arg in get_args(section) if arg is not NoneType)
    return section
