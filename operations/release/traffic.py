"""Traffic of a Cloud Run service, as its JSON in the API v2 has it. Nothing here asks Google."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from operations.release.cloud_run import LATEST

Json = dict[str, Any]
REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
CANDIDATE = "cand-"
"""How the tags of releases begin; every other tag is left alone."""
RELEASE = "grid-release"
"""Annotation of a service: the release that touched it last (`operations.release.records`)."""
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


def describe(percents: Mapping[str, int]) -> str:
    """Return the percents by revision, for messages."""
    return ", ".join(f"{revision} {percent}%" for revision, percent in percents.items()) or "none"


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


def requests(service: Json, expected: list[Json]) -> bool:
    """Return whether this traffic is what Cloud Run was asked to serve."""
    return _flat(service["traffic"]) == _flat(expected)


def serves(service: Json, expected: list[Json]) -> bool:
    """Return whether this traffic is requested, and served."""
    served = _flat(service.get("trafficStatuses", []))
    return requests(service, expected) and _flat(expected) <= served


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


def annotated(service: Json, annotations: Mapping[str, str] | None) -> Json:
    """Return the annotations with these set, or removed where they are empty."""
    if annotations is None:
        return {}
    merged = {**service.get("annotations", {}), **annotations}
    return {"annotations": {key: value for key, value in merged.items() if value}}


def pinned_traffic(service: Json) -> Json:
    """Return the traffic as it is, by the names of the revisions, without candidates' tags."""
    return {"traffic": split(service, shares(service), {})}


def template_with(service: Json, new_image: str) -> Json:
    """Return the template with another image, and everything else as it is."""
    template = copy.deepcopy(service["template"])
    template["containers"][0]["image"] = new_image
    template.pop("revision", None)  # the name of a revision that exists
    return {"template": template}


def variables(described: Json) -> dict[str, Json]:
    """Return the environment variables of a revision or of a template by name."""
    return {str(each["name"]): each for each in described["containers"][0].get("env", [])}


def template_with_variables(service: Json, changed: Mapping[str, Json]) -> Json:
    """Return the template with other values of some variables, and everything else as it is."""
    template = copy.deepcopy(service["template"])
    new = {
        **variables(template),
        **{name: {"name": name, **each} for name, each in changed.items()},
    }
    template["containers"][0]["env"] = list(new.values())
    template.pop("revision", None)  # the name of a revision that exists
    return {"template": template}
