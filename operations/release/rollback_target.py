"""To which revision a service can go back."""

from __future__ import annotations

from dataclasses import dataclass

from operations.core.errors import BlockedError, UsageError
from operations.core.session import ReadContext
from operations.release import history
from operations.release.regional_service import RegionalService
from operations.release.traffic import CANDIDATE, SERVED_BEFORE, Json, shares, short


@dataclass(frozen=True, kw_only=True)
class RollbackTarget:
    """Where the traffic of a service in a region goes back to."""

    place: RegionalService
    now: dict[str, int]
    to: str
    why: str
    """How the revision was found."""


def find_target(
    session: ReadContext, place: RegionalService, revision: str
) -> RollbackTarget | None:
    """Find the revision to go back to; None when the region has no such revision as `revision`.

    Raises:
        BlockedError: there is none, or it cannot serve.
    """
    service = place.read()
    now = shares(service)
    failed = history.failed_revisions(session.runtime.folder, session.environment)
    if revision:
        if place.revision(revision) is None:
            return None
        to, why = revision, "named"
    else:
        to, why = _before(place, service, failed)
    if f"{place.label} {to}" in failed:
        raise BlockedError(f"{to} of {place.label} failed its smoke test; it gets no traffic")
    _check(session, place, to)
    return RollbackTarget(place=place, now=now, to=to, why=why)


def _before(place: RegionalService, service: Json, failed: frozenset[str]) -> tuple[str, str]:
    """Return the revision that served before, and how it was found."""
    now = shares(service)
    candidates = {
        short(item.get("revision", ""))
        for item in service.get("trafficStatuses", [])
        if item.get("tag", "").startswith(CANDIDATE)
    }
    if len(now) > 1:
        kept = [revision for revision in now if revision not in candidates]
        if len(kept) != 1:
            raise BlockedError(
                f"the traffic of {place.label} is split among {', '.join(now)}",
                advice="name the revision with --to",
            )
        return kept[0], "a release is under way"
    (serving,) = now
    noted = service.get("annotations", {}).get(SERVED_BEFORE)
    if noted:
        return noted, "served before the last release" if noted != serving else "serves already"
    names = [short(item["name"]) for item in place.revisions()]
    for name in names[names.index(serving) + 1 :]:
        if place.ready(name) and f"{place.label} {name}" not in failed:
            return name, "the newest ready one before it; no release is on record"
    raise BlockedError(
        f"{place.label} has no revision before {serving} that is ready",
        advice="deploy an earlier image with grid deploy",
    )


def _check(session: ReadContext, place: RegionalService, revision: str) -> None:
    """See that a revision can start new instances.

    Raises:
        BlockedError: it is not ready, or a secret that it reads is gone.
    """
    if not place.ready(revision):
        raise BlockedError(f"{revision} of {place.label} is not ready")
    versions = session.google.api("secretmanager", "v1").projects().secrets().versions()
    resource = place.revision(revision) or {}
    for env in resource["containers"][0].get("env", []):
        if reference := env.get("valueSource", {}).get("secretKeyRef"):
            secret = reference["secret"]
            if "/" not in secret:
                secret = f"projects/{session.platform.project_id}/secrets/{secret}"
            name = f"{secret}/versions/{reference.get('version', 'latest')}"
            version = session.client.find(versions.get(name=name))
            if version is None or version["state"] != "ENABLED":
                raise BlockedError(
                    f"{revision} of {place.label} reads {name}, which is "
                    + ("gone" if version is None else version["state"].lower()),
                    advice="enable that version, or deploy the image again with grid deploy",
                )


def find_targets(session: ReadContext, services: list[str], revision: str) -> list[RollbackTarget]:
    """Find the way back of these services in all their regions, or of all when none is named.

    Raises:
        UsageError: there is no such service or revision. BlockedError: as `find_target`.
    """
    known = session.platform.services
    if unknown := sorted(set(services) - set(known)):
        raise UsageError(f"no service {', '.join(unknown)}; there is {', '.join(known)}")
    if revision and len(services) != 1:
        raise UsageError("--to names a revision of one service: give one --service with it")
    targets = [
        target
        for service in services or known
        for region in known[service]
        if (target := find_target(session, RegionalService(session, service, region), revision))
    ]
    if not targets:
        raise UsageError(f"{services[0]} has no revision {revision}", advice="grid status")
    return targets
