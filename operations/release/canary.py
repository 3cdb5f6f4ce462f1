"""A release: images go out as candidates, are tested, and get the traffic region by region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from operations.core.errors import FailedError, IncompleteError, StoppedError
from operations.core.session import WriteContext
from operations.release import smoke_test
from operations.release.error_rate_gate import ErrorRateGate
from operations.release.records import Record
from operations.release.regional_service import RegionalService
from operations.release.release_log import ReleaseLog
from operations.release.release_plan import RegionalRelease
from operations.release.service_reader import Candidate
from operations.release.traffic import CANDIDATE, RELEASE, SERVED_BEFORE, describe, image, shares

PERCENTS = (10, 50, 100)


def revert_unfinished(session: WriteContext, record: Record) -> None:
    """Revert what another release left, where its image still has traffic or is in the template.

    Raises:
        FailedError: a place of it cannot be read or changed.
    """
    for place in record.places:
        if place.region not in session.platform.services.get(place.service, {}):
            continue
        service = RegionalService(session, place.service, place.region)
        tag = CANDIDATE + place.image.rpartition(":")[2][:8]
        with session.report.step(f"revert release {record.id}, which did not end: {place.label}"):
            service.revert_release(place.before, place.image, tag)


def create_candidates(
    session: WriteContext, parts: Sequence[RegionalRelease], log: ReleaseLog
) -> dict[str, Candidate]:
    """Create the candidates, by label; those that serve everything already are not made again."""
    return {part.place.label: _create_candidate(session, part, log) for part in parts}


def _create_candidate(session: WriteContext, part: RegionalRelease, log: ReleaseLog) -> Candidate:
    place = part.place
    marks = {RELEASE: log.id, SERVED_BEFORE: part.before.revision}

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
        apply=lambda: place.create_revision(part.image, marks),
        revert=lambda: place.revert_release(part.before, part.image, part.tag),
    )
    candidate = session.steps.step(
        f"candidate {place.label}",
        check=check,
        apply=lambda: place.create_candidate(part.image, part.tag),
        revert=lambda: place.revert_traffic(part.before, part.image, part.tag),
    )
    log.set_place(place.label, after=candidate.revision)
    return candidate


def test_candidates(
    session: WriteContext,
    parts: Sequence[RegionalRelease],
    candidates: Mapping[str, Candidate],
    path: str,
    log: ReleaseLog,
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
        except StoppedError:
            raise
        except FailedError as error:
            log.set_place(part.place.label, failed=True)
            errors.append(error)
    if errors:
        raise errors[0]


def shift_traffic(
    session: WriteContext,
    parts: Sequence[RegionalRelease],
    candidates: Mapping[str, Candidate],
    gate: ErrorRateGate,
) -> list[str]:
    """Send the traffic, region by region; return the warnings of the gate.

    Raises:
        FailedError: a gate did not open.
        TrafficChangedError: the traffic of a service is not what this release set last.
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
                        f"at {percent} %: {warning}" for warning in gate.watch(session, watched)
                    ]
    return warnings


def _shift_traffic(
    session: WriteContext, part: RegionalRelease, candidate: Candidate, percent: int
) -> None:
    place, before = part.place, part.before.revision
    percents, tags = _split(before, candidate.revision, percent), {}
    if percent < 100:
        tags = {part.tag: candidate.revision}
    earlier = [_split(before, candidate.revision, step) for step in (0, *PERCENTS)]
    session.steps.step(
        f"traffic {place.label} {percent} %",
        check=lambda: place.sends(percents, tags),
        apply=lambda: place.send(percents, tags, replaces=earlier),
        revert=lambda: place.revert_traffic(part.before, part.image, part.tag),
    )


def _split(before: str, after: str, percent: int) -> dict[str, int]:
    """Return the percents by revision when the new one gets so many percent."""
    percents = {after: percent, before: 100 - percent} if before != after else {after: 100}
    return {revision: part for revision, part in percents.items() if part}


def check_result(
    session: WriteContext,
    parts: Sequence[RegionalRelease],
    candidates: Mapping[str, Candidate],
) -> None:
    """Check that every region serves the release.

    Raises:
        IncompleteError: a region serves something else; what serves where is in the error.
    """
    wrong = []
    with session.report.step("check what serves"):
        for part in parts:
            place, expected = part.place, candidates[part.place.label].revision
            if not place.sends({expected: 100}, {}):
                wrong.append(f"{place.label}: {describe(shares(place.read()))}, not {expected}")
    if wrong:
        session.steps.keep()
        raise IncompleteError(
            "the release does not serve everywhere: its traffic was changed meanwhile",
            remaining=tuple(wrong),
            advice="run grid deploy again, or grid rollback",
        )
