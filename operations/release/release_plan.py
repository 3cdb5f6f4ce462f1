"""What a release changes: every service in every region, and its serving revisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from operations.core.errors import BlockedError, UsageError
from operations.core.session import ReadContext
from operations.release import smoke_test
from operations.release.images import Image
from operations.release.records import Place, PreviousRevision, Record
from operations.release.regional_service import RegionalService
from operations.release.traffic import CANDIDATE, RELEASE, SERVED_BEFORE, describe, image, shares


@dataclass(frozen=True, kw_only=True)
class RegionalRelease:
    """One service in one region, and what it gets."""

    place: RegionalService
    image: str
    tag: str
    before: PreviousRevision
    serving: Mapping[str, int]
    """Percents by revision when the release began."""
    is_current: bool
    """The image serves all traffic already, and no earlier run of this release is unfinished."""

    def as_json(self) -> dict[str, Any]:
        """Return the release for `--json`."""
        return {
            "service": self.place.service,
            "region": self.place.region,
            "before": self.before.revision,
            "image": self.image,
        }

    def as_place(self) -> Place:
        """Return the place for the record of the release."""
        place = self.place
        return Place(
            service=place.service,
            region=place.region,
            name=place.name,
            image=self.image,
            before=self.before,
        )


def plan_release(
    session: ReadContext,
    images: Mapping[str, Image],
    resumed: Record | None = None,
    regions: Collection[str] = (),
) -> list[RegionalRelease]:
    """Read every service of a release, the primary region last; nothing is changed.

    `resumed` is the record of this release, where an earlier run did not finish it. `regions` are
    those of the release; all of them where none is named.

    Raises:
        UsageError: the services are in none of the regions.
        BlockedError: traffic is split, or a serving revision is not ready.
        FailedError: a service cannot be read.
    """
    platform = session.platform
    known_regions = {region for service in images for region in platform.services[service]}
    if unknown := sorted(set(regions) - known_regions):
        raise UsageError(
            f"no service of this release is in {', '.join(unknown)}",
            advice=f"name regions of: {', '.join(sorted(known_regions))}",
        )
    known = {place.label: place.before for place in resumed.places} if resumed else {}
    parts = [
        _plan_service(RegionalService(session, service, region), new_image, known)
        for service, new_image in images.items()
        for region in platform.services[service]
        if not regions or region in regions
    ]
    smoke_test.jobs_by_region(session, {part.place.region for part in parts})
    return sorted(parts, key=lambda part: part.place.region == platform.primary_region)


def _plan_service(
    place: RegionalService, new_image: Image, known: Mapping[str, PreviousRevision]
) -> RegionalRelease:
    service, reference = place.read(), new_image.reference
    serving = shares(service)
    images_now = {
        revision: image(place.revision(revision) or service["template"]) for revision in serving
    }
    others = [revision for revision in serving if images_now[revision] != reference]
    before = known.get(place.label)
    if before and set(others) - {before.revision}:
        before = None  # something else serves than what this release left there
    is_current = before is None and place.is_current(reference)
    if before is None:
        candidates = others or list(serving)
        if len(candidates) != 1:
            raise BlockedError(
                f"the traffic of {place.label} is split: {describe(serving)}",
                advice="finish that release by deploying its image again, or run grid rollback",
            )
        (revision,) = candidates
        if not place.ready(revision):
            raise BlockedError(
                f"{revision}, which serves {place.label}, is not ready",
                advice="fix it first, or run grid rollback: a release needs a rollback target",
            )
        annotations = service.get("annotations", {})
        before = PreviousRevision(
            revision=revision,
            image=images_now[revision],
            served_before=annotations.get(SERVED_BEFORE, ""),
            release=annotations.get(RELEASE, ""),
        )
    return RegionalRelease(
        place=place,
        image=reference,
        tag=CANDIDATE + new_image.digest[:8],
        before=before,
        serving=serving,
        is_current=is_current,
    )
