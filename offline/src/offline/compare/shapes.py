"""Values that a cloud invents, compared by their kind: numbers, times, addresses, hashes, hosts."""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(
    r"(^|_)(etag|fingerprint|md5hash|md5hexhash|detect_md5hash|crc32c|token|private_key)$"
)
"""Attributes of which only the presence can be compared."""
_COUNTER = re.compile(r"(^|_)(id|number|generation|metageneration|version|timestamp|time|port)$")
"""Attributes whose numbers Google counts or draws."""
_INVENTED = (
    (
        re.compile(
            r"https?://(?:127\.0\.0\.1:\d+|offline\.googleapis\.com)"
            r"(?:/served/[\w.-]+|/storage(?=/download/))"
        ),
        "<host>",
    ),
    (re.compile(r"-----BEGIN [A-Z ]+-----.*", re.DOTALL), "<certificate>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), "<address>"),
    (re.compile(r"\b[0-9A-F]{6}(?:-[0-9A-F]{6}){2}\b"), "<billing account>"),
    (re.compile(r"https?://[^/\s\"]+"), "<host>"),
    (re.compile(r"(?<=-)[0-9a-z]{6}(?=@gcp-sa-cloud-sql)"), "<id>"),
    (re.compile(r"(?<![A-Za-z])(?=[a-z]*\d)(?=[0-9]*[a-z])[0-9a-z]{10,}(?![A-Za-z0-9])"), "<id>"),
    (re.compile(r"\b\d{6}-[0-9a-f]{3}\b"), "<revision>"),
    (re.compile(r"\d{5,}|(?<![^/])\d+(?![^/])"), "<number>"),
)
_PROJECT_NUMBER = ((re.compile(r"\b\d{10,}\b"), "<number>"),)


def is_equal(genuine: Any, embedded: Any, name: str, *, invented: bool) -> bool:
    """Say whether two values of an attribute are the same.

    `invented` is true for values that are unknown until the apply: those have to be of one kind,
    such as two times. Of all other values only the numbers of projects can differ.
    """
    if genuine == embedded and type(genuine) is type(embedded):
        return True
    if isinstance(genuine, str) and isinstance(embedded, str):
        if not genuine or not embedded:
            return False
        if invented and _TOKEN.search(name):
            return True
        forms = _INVENTED if invented else _PROJECT_NUMBER
        return _kind(genuine, forms) == _kind(embedded, forms)
    if _is_number(genuine) and _is_number(embedded) and invented and _COUNTER.search(name):
        return bool(genuine) == bool(embedded)
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _kind(text: str, forms: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for form, name in forms:
        text = form.sub(name, text)
    return text
