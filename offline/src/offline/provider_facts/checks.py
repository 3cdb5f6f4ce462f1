"""The provider's own validators: each says what is wrong with a value, in the provider's words,
or None.

Source: google/verify/validation.go and the validators named next to each, at v6.50.0; wording of
the ranges: the plugin SDK's helper/validation.
"""

import re
from functools import cache
from typing import Any

from offline.provider_facts.model import AttributeFacts, Range
from offline.provider_facts.named import NAMED, quoted


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of Go: `$` is the very end, digits and words are ASCII."""
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", pattern), re.ASCII)


def find_error(path: str, facts: AttributeFacts, value: Any) -> str | None:
    """Return what is wrong with a known value at a path (`cdn_policy.0.cache_mode`), None when it
    passes.
    """
    if value == "" and facts.or_empty:
        return None
    if facts.enum and str(value) not in facts.enum:
        result = " ".join(quoted(item) for item in facts.enum)
        return f"expected {path} to be one of [{result}], got {value}"
    if facts.check in NAMED:
        return NAMED[facts.check](path, value)
    if facts.length is not None and (problem := _length(path, facts, str(value))):
        return problem
    if facts.regex and not compiled(facts.regex).search(str(value)):
        verb = "must match regex" if facts.check == "rfc1035" else "doesn't match regexp"
        return f"{quoted(path)} ({quoted(value)}) {verb} {quoted(facts.regex)}"
    if facts.range is not None:
        return _range(path, facts.range, value, floating=facts.check == "float")
    return None


def _range(path: str, range_: Range, value: Any, *, floating: bool) -> str | None:
    low, high = range_
    number = float(value)
    if (low is None or number >= low) and (high is None or number <= high):
        return None

    def shown(item: float | None) -> str:
        return f"{item:{'f' if floating else '.0f'}}"

    if low is not None and high is not None:
        result = f"in the range ({shown(low)} - {shown(high)})"
        return f"expected {path} to be {result}, got {shown(number)}"
    result = f"at least ({shown(low)})" if low is not None else f"at most ({shown(high)})"
    return f"expected {path} to be {result}, got {shown(number)}"


def _length(path: str, facts: AttributeFacts, value: str) -> str | None:
    low, high = facts.length or (None, None)
    if (low is None or len(value) >= low) and (high is None or len(value) <= high):
        return None
    if facts.check == "rfc1035":
        return f"{quoted(path)} ({quoted(value)}) must be between {low} and {high} characters long"
    return f"expected length of {path} to be in the range ({low} - {high}), got {value}"
