"""What the journal on this machine knows of releases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operations.core.journal import Unfinished, read
from operations.release.regional_service import Before

RELEASE, FAILED = "release", "failed "
_BEFORE = "before "


def before(label: str) -> str:
    """Return the name of the note about what served before, by `RegionalService.label`."""
    return f"{_BEFORE}{label}"


def written(found: Before) -> str:
    """Return the value of that note."""
    return json.dumps(vars(found))


def noted(unfinished: Unfinished | None) -> Mapping[str, Before]:
    """Return what served before a release that did not end, by label."""
    return {
        name.removeprefix(_BEFORE): Before(**json.loads(str(value)))
        for name, value in (unfinished.notes if unfinished else {}).items()
        if name.startswith(_BEFORE)
    }


def images(unfinished: Unfinished | None) -> dict[str, str]:
    """Return the images of a release that did not end, by service."""
    found = str(unfinished.notes.get(RELEASE, "")) if unfinished else ""
    return json.loads(found) if found else {}


def failed(folder: Path, environment: str) -> frozenset[str]:
    """Return the revisions that failed their smoke test, as `<service> <region> <revision>`."""
    entries = read(_file(folder, environment))
    return frozenset(
        f"{one['what'].removeprefix(FAILED)} {one['value']}"
        for one in entries
        if one["event"] == "note" and one["what"].startswith(FAILED)
    )


def last(folder: Path, environment: str) -> dict[str, Any] | None:
    """Return the last run of a release from this machine: when, what, and how it ended."""
    entries = read(_file(folder, environment))
    release = next(
        (one for one in reversed(entries) if one["event"] == "note" and one["what"] == RELEASE),
        None,
    )
    if release is None:
        return None
    known = [one for one in entries if one["run"] == release["run"] and one["event"] == "end"]
    return {
        "at": release["at"],
        "images": json.loads(release["value"]),
        "outcome": known[-1]["what"] if known else "not ended",
    }


def _file(folder: Path, environment: str) -> Path:
    return folder / "journal" / environment / "deploy.jsonl"
