"""What the journal on this machine knows of releases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operations.core.journal import Unfinished, read
from operations.release.regional_service import PreviousRevision

RELEASE, FAILED = "release", "failed "
_BEFORE = "before "


def note_name(label: str) -> str:
    """Return the name of the note about what served before, by `RegionalService.label`."""
    return f"{_BEFORE}{label}"


def encode(previous: PreviousRevision) -> str:
    """Return the value of that note."""
    return json.dumps(vars(previous))


def previous_revisions(unfinished: Unfinished | None) -> Mapping[str, PreviousRevision]:
    """Return what served before a release that did not end, by label."""
    return {
        name.removeprefix(_BEFORE): PreviousRevision(**json.loads(str(value)))
        for name, value in (unfinished.notes if unfinished else {}).items()
        if name.startswith(_BEFORE)
    }


def recorded_images(unfinished: Unfinished | None) -> dict[str, str]:
    """Return the images of a release that did not end, by service."""
    recorded = str(unfinished.notes.get(RELEASE, "")) if unfinished else ""
    return json.loads(recorded) if recorded else {}


def failed_revisions(folder: Path, environment: str) -> frozenset[str]:
    """Return the revisions that failed their smoke test, as `<service> <region> <revision>`."""
    entries = read(_file(folder, environment))
    return frozenset(
        f"{entry['what'].removeprefix(FAILED)} {entry['value']}"
        for entry in entries
        if entry["event"] == "note" and entry["what"].startswith(FAILED)
    )


def last_release(folder: Path, environment: str) -> dict[str, Any] | None:
    """Return the last run of a release from this machine: when, what, and how it ended."""
    entries = read(_file(folder, environment))
    release = next(
        (
            entry
            for entry in reversed(entries)
            if entry["event"] == "note" and entry["what"] == RELEASE
        ),
        None,
    )
    if release is None:
        return None
    ends = [
        entry for entry in entries if entry["run"] == release["run"] and entry["event"] == "end"
    ]
    return {
        "at": release["at"],
        "images": json.loads(release["value"]),
        "outcome": ends[-1]["what"] if ends else "not ended",
    }


def _file(folder: Path, environment: str) -> Path:
    return folder / "journal" / environment / "deploy.jsonl"
