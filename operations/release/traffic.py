"""Traffic of a Cloud Run service, as its JSON in the API v2 has it. Nothing here asks Google."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from operations.release.cloud_run import LATEST

Json = dict[str, Any]
REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
CANDIDATE = "cand-"
"""How the tags of releases begin; every other tag is left alone."""
SERVED_BEFORE = "grid-served-before"
"""Annotation of a service: the revision that served before the last release. Terraform ignores
annotations (constructs/compute/service.py), and every machine finds it there."""


def short(revision: str) -> str:
    """Return a revision's own name: Google gives some in full, and some not."""
    return revision.rpartition("/")[2]


def shares(service: Json) -> dict[str, int]:
    """Return the percents of the revisions that get traffic now."""
    percents: dict[str, int] = {}
    for status in service.get("trafficStatuses", []):
        revision = short(status.get("revision") or service.get("latestReadyRevision", ""))
        if percent := int(status.get("percent", 0)):
            percents[revision] = percents.get(revision, 0) + percent
    return percents


def tagged(service: Json, tag: str) -> tuple[str, str] | None:
    """Return the revision with a tag and the tag's address, once Cloud Run serves it."""
    for status in service.get("trafficStatuses", []):
        if status.get("tag") == tag:
            return short(status.get("revision", "")), str(status.get("uri", ""))
    return None


def follows_latest(service: Json) -> bool:
    """Return whether a new revision would get traffic by itself."""
    return any(
        target.get("type") == LATEST and target.get("percent") for target in service["traffic"]
    )


def split(service: Json, percents: Mapping[str, int], tags: Mapping[str, str]) -> list[Json]:
    """Return the traffic of a service with these percents by revision, and revisions by tag.

    The tags of earlier releases go; those that others set stay.
    """
    return [
        *(
            {"type": REVISION, "revision": revision, "percent": percent}
            for revision, percent in percents.items()
            if percent
        ),
        *(
            {name: target[name] for name in ("type", "revision", "tag") if target.get(name)}
            for target in service.get("traffic", [])
            if target.get("tag") and not target["tag"].startswith(CANDIDATE)
        ),
        *({"type": REVISION, "revision": revision, "tag": tag} for tag, revision in tags.items()),
    ]


def serves(service: Json, expected: list[Json]) -> bool:
    """Return whether this traffic is asked for, and served."""
    targets = _flat(expected)
    return _flat(service["traffic"]) == targets <= _flat(service.get("trafficStatuses", []))


def _flat(targets: Iterable[Json]) -> set[tuple[str, int, str]]:
    """Return revision, percent and tag, each fact once: their order and grouping say nothing."""
    facts = set()
    for target in targets:
        revision = LATEST if target.get("type") == LATEST else short(target.get("revision", ""))
        if target.get("percent"):
            facts.add((revision, int(target["percent"]), ""))
        if target.get("tag"):
            facts.add((revision, 0, str(target["tag"])))
    return facts


def image(described: Json) -> str:
    """Return the image of a revision or of a template; a platform's containers stand alone."""
    return str(described["containers"][0]["image"])


def state(described: Json, condition: str) -> tuple[str, str]:
    """Return the state of a condition of a revision or an execution, and what is said of it."""
    for entry in described.get("conditions", []):
        if entry["type"] == condition:
            return str(entry.get("state", "")), str(entry.get("message", ""))
    return "", ""
