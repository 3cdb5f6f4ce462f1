"""Values of plain YAML scalars, read the same way by YAML 1.1 and YAML 1.2, or rejected.

PyYAML follows YAML 1.1, where `010` is 8, `5:00` is 300 and `on` is true.
"""

import re
from typing import Any

MAX_DIGITS = 18
"""Digits of a number: what 64 bits hold."""

MAX_LENGTH = 64
"""Characters of the longest scalar that is examined as a number."""

_OF_NUMBERS = frozenset("0123456789abcdefABCDEFoxOX_+-.:")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_AMBIGUOUS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"(?i:y|n|yes|no|on|off)"),
        "true or false; or quotes around it, because YAML 1.1 reads the word as true or false",
    ),
    (
        re.compile(r"[-+]?0[0-9_]+"),
        "a number without leading zeros, because YAML 1.1 reads it as octal; or quotes around it",
    ),
    (
        re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"),
        "one number, because YAML 1.1 reads it in base 60; or quotes around it",
    ),
    (
        re.compile(r"[-+]?0(b[01_]+|o[0-7_]+|x[0-9a-fA-F_]+)"),
        "a decimal number; or quotes around it",
    ),
    (
        re.compile(r"[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?"),
        "digits only, without an exponent, an underscore or a bare decimal point; "
        "or quotes around it",
    ),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), "a finite number; or quotes around it"),
    (
        re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt\s].*)?"),
        "quotes around it, because YAML 1.1 reads it as a date",
    ),
    (re.compile(r"="), "quotes around it, because YAML 1.1 gives it a meaning of its own"),
)
"""What the two versions of YAML read differently, and what to write instead."""


class AmbiguousScalarError(ValueError):
    """A scalar has another value in YAML 1.1 than in YAML 1.2, or too many digits."""

    def __init__(self, actual: str, expected: str) -> None:
        super().__init__(actual)
        self.actual, self.expected = actual, expected


def parse(text: str) -> Any:
    """Return the value of a scalar without quotes: a number, true, false, None or the string.

    Raises:
        AmbiguousScalarError: the versions of YAML read it differently, or it has more than
            `MAX_DIGITS` digits.
    """
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > MAX_LENGTH:  # no number, and too long for the patterns below
        if set(text) <= _OF_NUMBERS and text[0].isdigit():
            raise AmbiguousScalarError(
                f"a number of {len(text)} digits", f"at most {MAX_DIGITS} digits, or quotes"
            )
        return text
    integer = _INTEGER.fullmatch(text)
    if integer or _DECIMAL.fullmatch(text):
        digits = sum(character.isdigit() for character in text)
        if digits > MAX_DIGITS:
            raise AmbiguousScalarError(
                f"a number of {digits} digits", f"at most {MAX_DIGITS} digits"
            )
        return int(text) if integer else float(text)
    for pattern, expected in _AMBIGUOUS:
        if pattern.fullmatch(text):
            shown = text if len(text) <= 40 else f"{text[:37]}..."
            raise AmbiguousScalarError(shown, expected)
    return text
