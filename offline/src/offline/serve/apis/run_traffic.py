"""Cloud Run: the traffic of a service, which its targets share by percent."""

from __future__ import annotations

from collections.abc import Container, Sequence

from offline.serve.errors import ApiError
from offline.serve.store import Resource

LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"
REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"


def check(service: str, traffic: Sequence[Resource], revisions: Container[str]) -> None:
    """Check the traffic that is wanted of a service. Raises ApiError (400)."""
    if sum(one.get("percent", 0) for one in traffic) != 100:
        raise ApiError(400, "traffic: the percentages must sum to 100")
    tags = [one["tag"] for one in traffic if one.get("tag")]
    if len(tags) != len(set(tags)):
        raise ApiError(400, "traffic: a tag is used more than once")
    for one in traffic:
        named = one.get("revision")
        if bool(named) == (one.get("type") == LATEST):
            raise ApiError(400, "traffic: a revision goes with the type REVISION only")
        if named and f"{service}/revisions/{named}" not in revisions:
            raise ApiError(400, f"traffic: there is no revision {named}")


def choose(targets: Sequence[Resource], number: int) -> Resource:
    """Return the target of a service's request by its number: even, and the same in each run."""
    sent = number * 37 % 100
    for target in targets:
        sent -= target.get("percent", 0)
        if sent < 0:
            return target
    return targets[0]
