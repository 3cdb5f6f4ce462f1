"""Check that no text of a file is evaluated on its way to Google."""

from collections.abc import Iterator
from typing import Any

from environments.messages import shown
from environments.placeholders import matches
from environments.problems import Path, Problem
from environments.schema import Environment

LITERAL_TEXTS: tuple[Path, ...] = (("services", "*", "env", "*"),)
"""Texts that may have template syntax: the construct that writes them escapes it."""
_TEMPLATES = ("${", "%{")
_REFERENCE = "TfToken["


def find_templates(environment: Environment) -> Iterator[Problem]:
    """Yield each text that Terraform or CDKTF does not read as it is in the file.

    Terraform evaluates `${x}` and `%{x}` in every string of its JSON, also after `$` or `%`:
    "String Templates", https://developer.hashicorp.com/terraform/language/expressions/strings.
    CDKTF replaces `${TfToken[TOKEN.0]}` while it synthesizes, also where Terraform would not.
    """
    for path, text in _texts(environment.model_dump(mode="json"), ()):
        literal = any(matches(pattern, path) for pattern in LITERAL_TEXTS)
        for syntax in (_REFERENCE, *(() if literal else _TEMPLATES)):
            if syntax in text:
                reader = "CDKTF" if syntax == _REFERENCE else "Terraform"
                expected = f"a string without {syntax}, which {reader} evaluates: write the value"
                yield Problem(path, shown(text), expected)
                break


def _texts(value: Any, at: Path) -> Iterator[tuple[Path, str]]:
    """Yield every key and every string below a value, each with its path."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield (*at, key), key
            yield from _texts(item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*at, index))
