"""A release: images go out as candidates, are tested, and get the traffic region by region."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from operations.core.errors import BlockedError, FailedError
from operations.core.session import ReadContext, WriteContext
from operations.release import history, smoke_test
from operations.release.error_rate_gate import ErrorRateGate
from operations.release.history import FAILED, RELEASE
from operations.release.images import Image
from operations.release.regional_service import Candidate, PreviousRevision, RegionalService
from operations.release.traffic import CANDIDATE, SERVED_BEFORE, image, shares, tagged

PERCENTS = (10, 50, 100)


@dataclass(frozen=True, kw_only=True)
class RegionalRelease:
    """One service in one region, and what it gets."""

    place: RegionalService
    image: str
    tag: str
    before: PreviousRevision

    def as_json(self) -> dict[str, Any]:
        """Return the release for `--json`."""
        return {
            "service": self.place.service,
            "region": self.place.region,
            "before": self.before.revision,
            "image": self.image,
        }


def tag_of(new_image: Image) -> str:
    """Return the tag of an image's candidates, the same on every machine."""
    return CANDIDATE + new_image.digest[:8]


def plan_release(
    session: ReadContext, images: Mapping[str, Image], known: Mapping[str, PreviousRevision]
) -> list[RegionalRelease]:
    """Look at every service of a release, the primary region last; nothing is changed.

    `known` has what served before, where an earlier run of the same release noted it.

    Raises:
        BlockedError: traffic is split, or what serves is not ready.
        FailedError: a service cannot be read.
    """
    platform = session.platform
    parts = [
        _plan_service(RegionalService(session, service, region), new_image, known)
        for service, new_image in images.items()
        for region in platform.services[service]
    ]
    smoke_test.jobs_by_region(session, {part.place.region for part in parts})
    return sorted(parts, key=lambda part: part.place.region == platform.primary_region)


def _plan_service(
    place: RegionalService, new_image: Image, known: Mapping[str, PreviousRevision]
) -> RegionalRelease:
    service, candidate_tag = place.read(), tag_of(new_image)
    before = known.get(place.label)
    if before is None:
        candidate = (tagged(service, candidate_tag) or ("",))[0]
        serving = shares(service)
        others = [revision for revision in serving if revision != candidate] or list(serving)
        if len(others) != 1:
            raise BlockedError(
                f"the traffic of {place.label} is split: "
                + ", ".join(f"{revision} {part} %" for revision, part in serving.items()),
                advice="finish that release by deploying its image again, or run grid rollback",
            )
        described = place.revision(others[0])
        if described is None or not place.ready(others[0]):
            raise BlockedError(
                f"{others[0]}, which serves {place.label}, is not ready",
                advice="mend it first, or run grid rollback: a release must have a way back",
            )
        before = PreviousRevision(
            revision=others[0],
            image=image(described),
            served_before=service.get("annotations", {}).get(SERVED_BEFORE, ""),
        )
    return RegionalRelease(place=place, image=new_image.reference, tag=candidate_tag, before=before)


def revert_other_release(
    session: WriteContext, images: Mapping[str, Image]
) -> Mapping[str, PreviousRevision]:
    """Take back what an earlier run left of another release; return what the same one noted."""
    unfinished = session.journal.unfinished
    earlier = history.recorded_images(unfinished)
    noted = {
        label: before
        for label, before in history.previous_revisions(unfinished).items()
        if unfinished and any(_is_about(label, step) for step in unfinished.steps)
    }
    if earlier == {service: new_image.reference for service, new_image in images.items()}:
        return noted
    places = {
        label: (RegionalService(session, service, region), before)
        for label, before in noted.items()
        for service, region in [label.split(" ")]
        if region in session.platform.services.get(service, {})
    }
    for label, (place, before) in places.items():
        earlier_image = earlier[place.service]
        candidate_tag = CANDIDATE + earlier_image.rpartition(":")[2][:8]
        with session.report.step(f"take back the release that did not end: {label}"):
            place.revert_release(before, earlier_image, candidate_tag)
        for step in sorted(unfinished.steps if unfinished else ()):
            if _is_about(label, step):
                session.journal.undone(step)
    return {}


def _is_about(label: str, step: str) -> bool:
    """Return whether a step, named by the functions below, is about this service and region."""
    return f" {label} " in f"{step} "


def record_release(
    session: WriteContext, images: Mapping[str, Image], parts: Sequence[RegionalRelease]
) -> None:
    """Write down what a later run must know to finish this release, or to take it back."""
    session.journal.note(
        RELEASE, json.dumps({service: new_image.reference for service, new_image in images.items()})
    )
    for part in parts:
        session.journal.note(history.note_name(part.place.label), history.encode(part.before))


def create_candidates(
    session: WriteContext, parts: Sequence[RegionalRelease]
) -> dict[str, Candidate]:
    """Make the candidates, by label; those that serve everything already are not made again."""
    return {part.place.label: _create_candidate(session, part) for part in parts}


def _create_candidate(session: WriteContext, part: RegionalRelease) -> Candidate:
    place = part.place

    def check() -> Candidate | None:
        service = place.read()
        candidate = place.candidate(part.image, part.tag)
        if candidate or image(service["template"]) != part.image:
            return candidate
        newest = service["latestCreatedRevision"].rpartition("/")[2]
        serves = place.sends({newest: 100}, {}) and place.ready(newest)
        return Candidate(revision=newest, uri="") if serves else None

    session.steps.step(
        f"revision {place.label}",
        check=lambda: place.pending_revision(part.image),
        apply=lambda: place.create_revision(part.image),
        revert=lambda: place.revert_release(part.before, part.image, part.tag),
    )
    return session.steps.step(
        f"candidate {place.label}",
        check=check,
        apply=lambda: place.create_candidate(part.image, part.tag),
        revert=lambda: place.revert_traffic(part.before, part.image, part.tag),
    )


def test_candidates(
    session: WriteContext,
    parts: Sequence[RegionalRelease],
    candidates: Mapping[str, Candidate],
    path: str,
) -> None:
    """Test all candidates at once; what serves everything already has been tested.

    Raises:
        FailedError: one of them failed.
    """
    jobs = smoke_test.jobs_by_region(session, {part.place.region for part in parts})
    tests = []
    for part in parts:
        place, candidate = part.place, candidates[part.place.label]
        if candidate.uri:
            smoke = smoke_test.SmokeTest(session, jobs[place.region], place.label)
            smoke.begin(place.read()["uri"], candidate.uri, path)
            tests.append((part, smoke))
    errors = []
    for part, smoke in tests:
        try:
            smoke.wait()
        except FailedError as error:
            label = part.place.label
            session.journal.note(f"{FAILED}{label}", candidates[label].revision)
            errors.append(error)
    if errors:
        raise errors[0]


def shift_traffic(
    session: WriteContext,
    parts: Sequence[RegionalRelease],
    candidates: Mapping[str, Candidate],
    gate: ErrorRateGate,
) -> list[str]:
    """Send the traffic, region by region; return what has to be said of it.

    Raises:
        FailedError: a gate did not open.
    """
    warnings = []
    for region in dict.fromkeys(part.place.region for part in parts):
        here = [part for part in parts if part.place.region == region]
        fresh = [part for part in here if candidates[part.place.label].uri]
        for percent in PERCENTS:
            for part in here if percent == 100 else fresh:
                _shift_traffic(session, part, candidates[part.place.label], percent)
            if fresh and percent < 100:
                watched = [(part.place, candidates[part.place.label].revision) for part in fresh]
                with session.report.step(f"watch {region} at {percent} %"):
                    warnings += [
                        f"at {percent} %: {note_}" for note_ in gate.watch(session, watched)
                    ]
    return warnings


def _shift_traffic(
    session: WriteContext, part: RegionalRelease, candidate: Candidate, percent: int
) -> None:
    place, before = part.place, part.before.revision
    if percent == 100:
        percents, tags = {candidate.revision: 100}, {}
        annotations = {SERVED_BEFORE: before} if before != candidate.revision else None
    else:
        percents = {candidate.revision: percent, before: 100 - percent}
        tags, annotations = {part.tag: candidate.revision}, None
    session.steps.step(
        f"traffic {place.label} {percent} %",
        check=lambda: place.sends(percents, tags),
        apply=lambda: place.send(percents, tags, annotations),
        revert=lambda: place.revert_traffic(part.before, part.image, part.tag),
    )
