"""Cloud Run: what the container of an image does, by the labels of the image.

A container does not run here. The label that an image was built with says what it would do:

`offline.starts=false`: it does not start.
`offline.health=503`: what it answers to /health.
`offline.error-percent=30`: how many of the other requests it answers with 500.
`offline.tables={"users": 3}`: what a job leaves in the databases of its project, rows by table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

HEALTH = "health"
_STARTS, _HEALTH, _ERRORS, _TABLES = (
    f"offline.{name}" for name in ("starts", "health", "error-percent", "tables")
)


def starts(labels: Mapping[str, str]) -> bool:
    """Report whether a container starts."""
    return labels.get(_STARTS) != "false"


def answer(labels: Mapping[str, str], path: str, number: int) -> int:
    """Return the status that a container answers to its request of this number, from 0.

    The errors are spread evenly, and are the same in each run.
    """
    if path == HEALTH:
        return int(labels.get(_HEALTH, "200"))
    percent = float(labels.get(_ERRORS, "0"))
    return 500 if number * 37 % 100 < percent else 200


def tables(labels: Mapping[str, str]) -> Mapping[str, int]:
    """Return what a job leaves in a database."""
    rows: Mapping[str, int] = json.loads(labels.get(_TABLES, "{}"))
    return rows
