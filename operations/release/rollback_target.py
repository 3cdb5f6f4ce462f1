"""Which revision each service returns to, region by region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from operations.core.errors import BlockedError, FailedError, UsageError
from operations.core.session import ReadContext
from operations.release.records import Record, Releases
from operations.release.regional_service import RegionalService
from operations.release.traffic import RELEASE, SERVED_BEFORE, image


@dataclass(frozen=True, kw_only=True)
class RollbackTarget:
    """Where all traffic of a service in a region goes."""

    service: str
    region: str
    revision: str
    """Empty for a revision that has to be created from `image`."""
    image: str
    """Empty where it is not known."""
    why: str
    """How the revision was found."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the operator asks for."""

    release: str = ""
    services: Sequence[str] = ()
    regions: Sequence[str] = ()
    revision: str = ""
    images: Mapping[str, str] | None = None

    def check(self, known: Mapping[str, Iterable[str]]) -> None:
        """Check the names against the services of the environment, each with its regions.

        Raises:
            UsageError: a name is unknown, or options contradict each other.
        """
        services = {*self.services, *(self.images or {})}
        regions = {region for regions in known.values() for region in regions}
        for kind, given, names in (("service", services, known), ("region", self.regions, regions)):
            if unknown := sorted(set(given) - set(names)):
                raise UsageError(
                    f"no {kind} {', '.join(unknown)} in this environment",
                    advice=f"name one of: {', '.join(sorted(names))}",
                )
        if self.revision and len(self.services) != 1:
            raise UsageError(
                "--to names a revision of one service", advice="give one --service with it"
            )
        if sum(map(bool, (self.release, self.revision, self.images))) > 1:
            raise UsageError(
                "--release, --to and --to-image exclude each other", advice="give one of them"
            )

    def takes(self, service: str, region: str) -> bool:
        """Return whether a place is among those that the operator named, or none are named."""
        return (not self.services or service in self.services) and (
            not self.regions or region in self.regions
        )


def find_targets(
    session: ReadContext, choice: Choice, *, force: bool
) -> tuple[list[RollbackTarget], Record | None]:
    """Return where the traffic goes, and the release that is rolled back, if it is recorded.

    By default these are the places of the last release that was not reverted, and no others.

    Raises:
        UsageError: the operator named something that does not exist.
        BlockedError: no record names the previous revisions, or a later release changed
            the same place.
    """
    known = session.platform.services
    choice.check(known)
    places = [
        (service, region)
        for service, regions in known.items()
        for region in regions
        if choice.takes(service, region)
    ]
    if choice.images:
        return [
            RollbackTarget(
                service=service,
                region=region,
                revision="",
                image=choice.images[service],
                why="named",
            )
            for service, region in places
            if service in choice.images
        ], None
    if choice.revision:
        return list(_same_revision(session, places, choice.revision)), None
    record = _find_record(session, choice, force=force)
    if record:
        targets = _from_record(record, places)
        if not targets:
            raise UsageError(
                f"release {record.id} did not change that service or region",
                advice=f"it changed {', '.join(place.label for place in record.places)}",
            )
        return targets, record
    return _from_annotations(session, places), None


def _find_record(session: ReadContext, choice: Choice, *, force: bool) -> Record | None:
    """Return the release to roll back: the named one, else the last that was not reverted and
    that changed a place of the operator's choice. None where the state bucket has or gives none.
    """
    id_ = choice.release
    later: dict[str, str] = {}
    seen = []
    try:
        for record in Releases(session).newest("deploy"):
            seen.append(record.id)
            taken = [each for each in record.places if choice.takes(each.service, each.region)]
            if record.id == id_ or (not id_ and taken and record.state != "reverted"):
                break
            if record.state not in {"reverted", "rolled back"}:
                later |= {place.label: record.id for place in taken}
        else:
            if id_:
                raise UsageError(
                    f"no release {id_} in {session.shared.uri('releases')}",
                    advice=f"name one of: {', '.join(seen[:5]) or 'none is recorded'}",
                )
            return None
    except FailedError as error:
        if id_:
            raise
        session.report.log(f"warning: the releases cannot be read: {error}")
        return None
    again = sorted({place.label for place in taken} & later.keys())
    if again and not force:
        raise BlockedError(
            f"a later release changed {', '.join(again)}: {later[again[0]]}",
            advice="roll that one back first, or use --force",
        )
    return record


def _from_record(record: Record, places: Sequence[tuple[str, str]]) -> list[RollbackTarget]:
    return [
        RollbackTarget(
            service=place.service,
            region=place.region,
            revision=place.before.revision,
            image=place.before.image,
            why=f"served before release {record.id}",
        )
        for place in record.places
        if (place.service, place.region) in places
    ]


def _from_annotations(
    session: ReadContext, places: Sequence[tuple[str, str]]
) -> list[RollbackTarget]:
    """Return the places whose annotations name the newest release, and the revisions before it.

    Services that an older version released have no release in their annotations: they count as
    one release.
    """
    marks: dict[tuple[str, str], Mapping[str, str]] = {}
    for service, region in places:
        try:
            found = RegionalService(session, service, region, is_patient=False).read()
        except FailedError as error:
            session.report.log(f"warning: {service} {region} cannot be read: {error}")
            continue
        annotations = found.get("annotations", {})
        if annotations.get(SERVED_BEFORE):
            marks[service, region] = annotations
    newest = max((each.get(RELEASE, "") for each in marks.values()), default="")
    targets = [
        RollbackTarget(
            service=service,
            region=region,
            revision=each[SERVED_BEFORE],
            image="",
            why=f"served before release {newest or 'of an older version'}, by its annotation",
        )
        for (service, region), each in marks.items()
        if each.get(RELEASE, "") == newest
    ]
    if not targets:
        raise BlockedError(
            "no release is on record, and no service has an annotation of one",
            advice="name what to serve: --service SERVICE --to REVISION, or "
            "--to-image SERVICE=IMAGE",
        )
    return targets


def _same_revision(
    session: ReadContext, places: Sequence[tuple[str, str]], revision: str
) -> Iterator[RollbackTarget]:
    """Return that revision where it is, and its image in the other regions."""
    found: dict[tuple[str, str], str] = {}
    for service, region in places:
        try:
            described = RegionalService(session, service, region).revision(revision)
        except FailedError as error:
            session.report.log(f"warning: {service} {region} cannot be read: {error}")
            continue
        if described:
            found[service, region] = image(described)
    if not found:
        raise UsageError(
            f"{places[0][0]} has no revision {revision}",
            advice=f"grid status {session.environment} lists the serving revisions",
        )
    reference = next(iter(found.values()))
    for service, region in places:
        here = (service, region) in found
        yield RollbackTarget(
            service=service,
            region=region,
            revision=revision if here else "",
            image=reference,
            why="named" if here else f"the image of {revision}",
        )
