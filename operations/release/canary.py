"""A release: images go out as candidates, are tested, and get the traffic region by region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from operations.core.errors import FailedError, IncompleteError, StoppedError
from operations.core.session import WriteContext
from operations.release import smoke_test
from operations.release.gate import Gate, Watched
from operations.release.measurements import measure
from operations.release.records import Record
from operations.release.regional_service import RegionalService
from operations.release.release_log import ReleaseLog
from operations.release.release_plan import RegionalRelease
from operations.release.service_reader import Candidate
from operations.release.traffic import CANDIDATE, RELEASE, SERVED_BEFORE, describe, image, shares

PERCENTS = (10, 50, 100)


def percents_to(last: int) -> list[int]:
    """Return the steps of the traffic up to a percentage."""
    return [*(percent for percent in PERCENTS if percent < last), last]


def check_permissions(session: WriteContext, parts: Sequence[RegionalRelease]) -> None:
    """Check that the release can be watched and its traffic moved, before it changes anything.

    Cloud Run validates the change of a service without making it.

    Raises:
        FailedError: a permission is missing, or an API does not answer.
    """
    now = session.google.server_time.now()
    for part in parts:
        measure(session, part.place.region, part.before.revision, now)
        part.place.validate_change()


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
        session.steps.step(
            f"revert release {record.id}, which did not end: {place.label}",
            check=partial(service.is_reverted, place.before, place.image, tag),
            apply=partial(service.revert_release, place.before, place.image, tag),
        )


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
    """Test all candidates at once, except revisions that have all traffic: they were tested.

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
    gate: Gate,
    percents: Sequence[int],
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
        last = {part.place.label: part.serving for part in here}
        for percent in percents:
            for part in here if percent == percents[-1] else fresh:
                candidate = candidates[part.place.label]
                last[part.place.label] = _shift_traffic(
                    session, part, candidate, percent, last[part.place.label]
                )
            if fresh and percent < 100:
                warnings += _watch(session, fresh, candidates, gate, f"{region} at {percent} %")
    return warnings


def watch_result(
    session: WriteContext,
    parts: Sequence[RegionalRelease],
    candidates: Mapping[str, Candidate],
    gate: Gate,
) -> list[str]:
    """Watch the release with all traffic; return warnings.

    Raises:
        FailedError: it is worse than it may be, and its traffic returns.
    """
    fresh = [part for part in parts if not part.is_current]
    return _watch(session, fresh, candidates, gate, "everything at 100 %") if fresh else []


def _watch(
    session: WriteContext,
    parts: Sequence[RegionalRelease],
    candidates: Mapping[str, Candidate],
    gate: Gate,
    what: str,
) -> list[str]:
    watched = [
        Watched(
            place=part.place,
            revision=candidates[part.place.label].revision,
            before=part.before.revision,
        )
        for part in parts
    ]
    with session.report.step(f"watch {what}"):
        return [f"{what}: {warning}" for warning in gate.watch(session, watched)]


def _shift_traffic(
    session: WriteContext,
    part: RegionalRelease,
    candidate: Candidate,
    percent: int,
    last: Mapping[str, int],
) -> Mapping[str, int]:
    """Send so many percent to the candidate, and return the percents by revision.

    `last` is what this release set, or found, before.
    """
    place = part.place
    percents = _split(part.before.revision, candidate.revision, percent)
    tags = {part.tag: candidate.revision} if percent < 100 and candidate.uri else {}
    session.steps.step(
        f"traffic {place.label} {percent} %",
        check=lambda: place.sends(percents, tags),
        apply=lambda: place.send(percents, tags, replaces=[last, percents]),
        revert=lambda: place.revert_traffic(part.before, part.image, part.tag),
    )
    return percents


def _split(before: str, after: str, percent: int) -> dict[str, int]:
    """Return the percents by revision when the new one gets so many percent."""
    percents = {after: percent, before: 100 - percent} if before != after else {after: 100}
    return {revision: part for revision, part in percents.items() if part}


def check_result(
    session: WriteContext,
    parts: Sequence[RegionalRelease],
    candidates: Mapping[str, Candidate],
    percent: int = 100,
) -> None:
    """Check that every region gives so many percent to the release.

    Raises:
        IncompleteError: a region serves something else; the error lists the serving revisions.
    """
    wrong = []
    with session.report.step("check the serving revisions"):
        for part in parts:
            place, after = part.place, candidates[part.place.label].revision
            expected = _split(part.before.revision, after, percent)
            serving = shares(place.read())
            if serving != expected:
                wrong.append(f"{place.label}: {describe(serving)}, not {describe(expected)}")
    if wrong:
        session.steps.keep()
        raise IncompleteError(
            "the release does not serve everywhere: its traffic was changed meanwhile",
            remaining=tuple(wrong),
            advice="run grid deploy again, or grid rollback",
        )
