"""Lets the services use another database instance: all places at once, and only forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from operations.core.errors import FailedError, IncompleteError, OperationError
from operations.core.parallel import at_once
from operations.core.session import ReadContext, WriteContext
from operations.release.database_url import CERTIFICATES, VARIABLE, UrlSecret, reference
from operations.release.regional_service import RegionalService
from operations.release.traffic import SERVED_BEFORE, Json, shares, short, variables


@dataclass(frozen=True, kw_only=True)
class Place:
    """A service in a region, and the secret that it reads the connection URL from."""

    service: str
    region: str
    url: UrlSecret | None = None
    """None without a database, or where nobody could read the service."""
    error: str = ""
    """Why it could not be read or moved; empty where it was."""
    revision: str = ""
    """The serving revision, where it was moved."""

    @property
    def label(self) -> str:
        """Service and region."""
        return f"{self.service} {self.region}"


def find_places(session: ReadContext) -> list[Place]:
    """Return every place that has a database, or that cannot be read."""
    places = [
        Place(service=service, region=region)
        for service, regions in session.platform.services.items()
        for region in regions
    ]
    found = at_once(session, _read, places)
    return [place for place in found if place.url or place.error]


def move(
    session: WriteContext, places: list[Place], urls: Mapping[str, UrlSecret], certificates: str
) -> list[Place]:
    """Let each place serve a revision with the new version of its secret, and return how it went.

    `urls` are the secrets by name. `certificates` are those of the instance, in PEM. After an
    interrupt, places that have begun are finished, and the others stay as they are.

    Raises:
        IncompleteError: a second interrupt came; the serving revisions are unknown.
    """

    def move_place(own: WriteContext, place: Place) -> Place:
        return _move(own, place, urls[place.url.secret], certificates) if place.url else place

    try:
        return at_once(
            session,
            move_place,
            places,
            skipped=lambda place: replace(place, error="interrupted before it began"),
        )
    except KeyboardInterrupt as error:
        raise IncompleteError(
            "interrupted twice, while services moved to another database",
            remaining=tuple(f"{place.label}: may have moved" for place in places),
            advice="repeat the command",
        ) from error


def _read(session: ReadContext, place: Place) -> Place:
    try:
        read = RegionalService(session, place.service, place.region, is_patient=False).read()
    except OperationError as error:
        return replace(place, error=str(error))
    return replace(place, url=reference(variables(read["template"])))


def _move(session: WriteContext, place: Place, url: UrlSecret, certificates: str) -> Place:
    regional = RegionalService(session, place.service, place.region, is_patient=False)
    wanted: dict[str, Json] = {
        VARIABLE: {"valueSource": {"secretKeyRef": {"secret": url.secret, "version": url.after}}},
        CERTIFICATES: {"value": certificates},
    }
    try:
        service = regional.read()
        before = max(shares(service), key=lambda name: shares(service)[name], default="")
        newest = short(service.get("latestCreatedRevision", ""))
        is_set = _has(service, wanted) and regional.ready(newest)
        revision = newest if is_set else regional.create_revision_with(wanted)
        if not _has({"template": regional.revision(revision) or {}}, wanted):
            raise FailedError(
                f"{revision} does not have the new connection", advice="run the command again"
            )
        annotations = {} if revision == before else {SERVED_BEFORE: before}
        regional.redirect(revision, annotations)
    except OperationError as error:
        session.report.log(f"{place.label}: {error}")
        return replace(place, error=str(error))
    session.report.log(f"{place.label}: {revision} serves all traffic")
    return replace(place, revision=revision)


def _has(service: Json, wanted: Mapping[str, Json]) -> bool:
    """Return whether a template or a revision has these variables."""
    template = service["template"]
    present = variables(template) if template.get("containers") else {}
    return all(
        present.get(name, {}).get(key) == value
        for name, each in wanted.items()
        for key, value in each.items()
    )
