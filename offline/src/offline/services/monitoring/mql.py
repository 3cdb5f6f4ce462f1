"""Monitoring Query Language: the metric types that a query fetches.

Source: https://cloud.google.com/monitoring/mql/reference, table operations `fetch` and `metric`.
"""

import re

_FETCHED = re.compile(r"\b(?:metric\s+|fetch\s+[\w./]+\s*::\s*)(['\"]?)([\w.-]+/[\w./-]+)\1")


def metrics(query: str) -> list[str]:
    """Return the metric types in a query, in its order."""
    return [match[2] for match in _FETCHED.finditer(query)]
