"""Moves all traffic of several places at once, and only forward.

No place waits for another one, or for a change that Cloud Run has not finished. A place that fails
does not stop the others, and nothing is reverted: the version before is what the operator leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from operations.core.errors import BlockedError, FailedError, IncompleteError, OperationError
from operations.core.parallel import at_once
from operations.core.session import WriteContext
from operations.release.regional_service import RegionalService
from operations.release.rollback_target import RollbackTarget
from operations.release.traffic import RELEASE, SERVED_BEFORE, describe, shares


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How it went in one place."""

    target: RollbackTarget
    before: Mapping[str, int]
    """Percents by revision; empty where nobody could read them."""
    revision: str
    error: str = ""
    """Why the revision does not serve; empty where it does."""

    blocked: bool = False
    """A guard stopped it."""

    @property
    def changed(self) -> bool:
        """Return whether the traffic moved."""
        return not self.error and self.before != {self.revision: 100}


def move(
    session: WriteContext,
    targets: Sequence[RollbackTarget],
    release: str,
    failed: frozenset[tuple[str, str]],
    *,
    force: bool,
) -> list[Outcome]:
    """Send all traffic to the targets, all places at once.

    `release` is the ID for the annotations. `failed` has label and revision of each revision that
    failed its smoke test: only `force` lets one serve. After an interrupt, places that have begun
    are finished, and the others stay as they are.

    Raises:
        IncompleteError: a second interrupt came; the serving revisions are unknown.
    """

    def move_place(own: WriteContext, target: RollbackTarget) -> Outcome:
        return _move(own, target, release, failed, force=force)

    try:
        return at_once(session, move_place, targets, skipped=_skipped)
    except KeyboardInterrupt as error:
        raise IncompleteError(
            "interrupted twice, while traffic moved",
            remaining=tuple(f"{each.service} {each.region}: may have moved" for each in targets),
            advice="grid status shows the serving revisions; repeat grid rollback",
        ) from error


def _skipped(target: RollbackTarget) -> Outcome:
    error = "interrupted before it began"
    return Outcome(target=target, before={}, revision=target.revision, error=error)


def _move(
    session: WriteContext,
    target: RollbackTarget,
    release: str,
    failed: frozenset[tuple[str, str]],
    *,
    force: bool,
) -> Outcome:
    outcome = Outcome(target=target, before={}, revision=target.revision)
    try:
        place = RegionalService(session, target.service, target.region, is_patient=False)
        outcome = replace(outcome, before=shares(place.read()))
        revision = _usable_revision(place, target)
        outcome = replace(outcome, revision=revision)
        if not force:
            if (place.label, revision) in failed:
                raise BlockedError(
                    f"{revision} failed its smoke test",
                    advice="name another revision, or give --force to serve this one",
                )
            _check_secrets(session, place, revision)
        place.redirect(revision, {SERVED_BEFORE: revision, RELEASE: release})
        session.report.log(f"{place.label}: {revision} serves all traffic")
    except OperationError as error:
        session.report.log(f"{target.service} {target.region}: {error}")
        return replace(outcome, error=str(error), blocked=isinstance(error, BlockedError))
    return outcome


def _usable_revision(place: RegionalService, target: RollbackTarget) -> str:
    """Return the revision of the target, else another one of its image, else a new one.

    Raises:
        FailedError: there is none, and the image is not known or cannot start.
    """
    if target.revision:
        try:
            if place.ready(target.revision):
                return target.revision
        except FailedError:
            return target.revision  # nobody knows; Cloud Run decides
    if not target.image:
        raise FailedError(
            f"{target.revision} is not ready, and its image is not known",
            advice="name an image: --to-image SERVICE=IMAGE",
        )
    if found := place.newest_ready(target.image):
        return found
    place.create_revision(target.image)
    if created := place.newest_ready(target.image):
        return created
    raise FailedError(
        f"no revision of {target.image} is ready",
        advice="name another image: --to-image SERVICE=IMAGE",
    )


def _check_secrets(session: WriteContext, place: RegionalService, revision: str) -> None:
    """Check that new instances of a revision can read their secrets, where Secret Manager answers.

    Raises:
        BlockedError: a version is disabled or gone.
    """
    versions = session.google.api("secretmanager", "v1").projects().secrets().versions()
    try:
        resource = place.revision(revision) or {}
        for env in resource.get("containers", [{}])[0].get("env", []):
            if reference := env.get("valueSource", {}).get("secretKeyRef"):
                secret = reference["secret"]
                if "/" not in secret:
                    secret = f"projects/{session.platform.project_id}/secrets/{secret}"
                name = f"{secret}/versions/{reference.get('version', 'latest')}"
                version = session.client.find(versions.get(name=name))
                if version is None or version["state"] != "ENABLED":
                    state = "gone" if version is None else version["state"].lower()
                    raise BlockedError(
                        f"{revision} reads {name}, which is {state}",
                        advice=f"give --force, or enable it: gcloud secrets versions enable {name}",
                    )
    except FailedError as error:
        session.report.log(f"warning: the secrets of {revision} were not checked: {error}")


def commands_for_rest(session: WriteContext, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return the serving revisions of a place that failed, and the command that repeats it."""
    lines = []
    for outcome in outcomes:
        if outcome.error:
            target = outcome.target
            name = session.platform.services[target.service][target.region].name
            command = (
                f"gcloud run services update-traffic {name} --region={target.region} "
                f"--project={session.platform.project_id} --to-revisions={outcome.revision}=100"
            )
            serving = describe(outcome.before) if outcome.before else "unknown"
            repeat = f"; repeat with: {command}" if outcome.revision else ""
            lines.append(
                f"{target.service} {target.region} serves {serving}: {outcome.error}{repeat}"
            )
    return tuple(lines)
