"""One Cloud Run service in one region, and what a release changes of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from operations.core.api_client import MAX_ATTEMPTS, GoogleError
from operations.core.errors import FailedError, StoppedError
from operations.core.polling import OperationFailedError
from operations.release.records import PreviousRevision
from operations.release.service_reader import CHANGE_SECONDS, ServiceReader
from operations.release.traffic import (
    RELEASE,
    SERVED_BEFORE,
    Json,
    annotated,
    describe,
    image,
    pinned_traffic,
    shares,
    short,
    split,
    template_with,
    template_with_variables,
)

_REDIRECT_SECONDS = 90
"""Traffic moves in seconds; a region that takes longer is reported and not waited for."""


_FIX = "check the logs of the revision, fix the image, and deploy again"


class TrafficChangedError(StoppedError):
    """The traffic of a service is not what this command set last."""


class RegionalService(ServiceReader):
    """A service in a region, and its changes."""

    def redirect(self, revision: str, annotations: Mapping[str, str]) -> None:
        """Send all traffic to a revision, and wait until it serves.

        Raises:
            FailedError: Cloud Run does not take the change, or does not carry it out in time.
        """
        if not self.sends({revision: 100}, {}):
            self._client.ensure(
                f"the traffic of {self.label}",
                lambda: self._is_requested(revision),
                lambda: self._patch(
                    lambda service: {
                        "traffic": split(service, {revision: 100}, {}),
                        **annotated(service, annotations),
                    },
                    waits=False,
                ),
            )
        self._poller.until(
            f"the traffic of {self.label} to {revision}",
            lambda: self.sends({revision: 100}, {}),
            seconds=_REDIRECT_SECONDS,
        )

    def create_revision(self, new_image: str, annotations: Mapping[str, str] | None = None) -> None:
        """Make a revision of this image without traffic; set annotations of the service.

        The traffic is pinned in the same request, or one that follows the latest revision would
        go to the new one. Cloud Run names the revision: a name in the template would be a change
        for Terraform to revert.

        Raises:
            FailedError: the revision cannot serve.
        """
        try:
            self._patch(
                lambda service: {
                    **pinned_traffic(service),
                    **template_with(service, new_image),
                    **annotated(service, annotations),
                },
                force=True,
            )
        except OperationFailedError as error:
            raise FailedError(
                f"{self.label} cannot run {new_image}: {error}", advice=_FIX
            ) from error

    def create_revision_with(self, changed: Mapping[str, Json]) -> str:
        """Make a revision with other variables, without traffic, and return its name.

        Raises:
            FailedError: the revision cannot serve.
        """
        try:
            self._patch(
                lambda service: {
                    **pinned_traffic(service),
                    **template_with_variables(service, changed),
                }
            )
        except OperationFailedError as error:
            raise FailedError(
                f"a revision of {self.label} cannot start: {error}", advice=_FIX
            ) from error
        revision = short(self.read()["latestCreatedRevision"])
        if not self.ready(revision):
            raise FailedError(f"{revision} of {self.label} is not ready", advice=_FIX)
        return revision

    def create_candidate(self, new_image: str, tag: str) -> None:
        """Give the newest revision the tag; make another one first, if it is not ready.

        Raises:
            FailedError: the revision cannot serve.
        """
        newest = self.pending_revision(new_image)
        if not newest or not self.ready(newest):
            self.create_revision(new_image)
        service = self.read()
        self.send(shares(service), {tag: short(service["latestCreatedRevision"])})

    def validate_change(self) -> None:
        """Check that these credentials may change the service; nothing is changed.

        Raises:
            GoogleError: they may not.
        """
        service = self.read()
        request = self._services.patch(
            name=self.name,
            body={"traffic": service["traffic"]},
            updateMask="traffic",
            validateOnly=True,
        )
        self._client.send(request, read_only=True)

    def send(
        self,
        percents: Mapping[str, int],
        tags: Mapping[str, str],
        annotations: Mapping[str, str] | None = None,
        *,
        replaces: Collection[Mapping[str, int]] = (),
    ) -> None:
        """Split the traffic; set annotations of the service, or remove those that are empty.

        An operation that fails is reported and not raised: it fails too when the newest revision
        is not ready, wherever the traffic goes. The caller checks.

        Raises:
            TrafficChangedError: the traffic is not split in one of the ways in `replaces`.
        """

        def apply(service: Json) -> Json:
            now = shares(service)
            if replaces and now not in replaces:
                raise TrafficChangedError(
                    f"another command or person changed the traffic of {self.label}: "
                    f"{describe(now)}",
                    advice="see grid status; then deploy again, or run grid rollback",
                )
            traffic = split(service, percents, tags)
            return {"traffic": traffic, **annotated(service, annotations)}

        try:
            self._patch(apply)
        except OperationFailedError as error:
            self._report.log(f"{self.label}: {error}")

    def revert_traffic(self, before: PreviousRevision, new_image: str, tag: str) -> None:
        """Return all traffic to the previous revisions, if this release has changed that.

        What is asked for counts too: Cloud Run would serve it after its next change.
        """
        if self._has_traffic(before, new_image, tag):
            self._client.ensure(
                f"the traffic of {self.label}",
                lambda: self.sends({before.revision: 100}, {}),
                lambda: self.send(
                    {before.revision: 100},
                    {},
                    {SERVED_BEFORE: before.served_before, RELEASE: before.release},
                ),
            )

    def _has_traffic(self, before: PreviousRevision, new_image: str, tag: str) -> bool:
        """Return whether a release has traffic or a tag here, or Cloud Run was asked to give it."""
        service = self.read()
        newest = self._newest(service, new_image) or before.revision
        return any(
            target.get("tag") == tag
            or (
                target.get("percent")
                and short(target.get("revision", "")) == newest != before.revision
            )
            for target in [*service["traffic"], *service.get("trafficStatuses", [])]
        )

    def is_reverted(self, before: PreviousRevision, new_image: str, tag: str) -> bool | None:
        """Return True where a release left nothing here, else None."""
        is_in_template = image(self.read()["template"]) == new_image != before.image
        return None if is_in_template or self._has_traffic(before, new_image, tag) else True

    def revert_release(self, before: PreviousRevision, new_image: str, tag: str) -> None:
        """Return the traffic, and then the image: Terraform's next change would bring it along."""
        self.revert_traffic(before, new_image, tag)
        if image(self.read()["template"]) == new_image != before.image:
            self._client.ensure(
                f"the image of {self.label}",
                lambda: image(self.read()["template"]) == before.image or None,
                lambda: self._patch(lambda service: template_with(service, before.image)),
            )

    def _patch(
        self, apply: Callable[[Json], Json], *, force: bool = False, waits: bool = True
    ) -> None:
        """Change fields of the service as it is, and wait; again when somebody else was faster."""
        for _ in range(MAX_ATTEMPTS):
            service = self.read()
            body = apply(service)
            request = self._services.patch(
                name=self.name,
                body={"etag": service["etag"], **body},
                updateMask=",".join(sorted(body)),
                forceNewRevision=force,
            )
            try:
                operation = self._client.send(request)
            except GoogleError as error:
                if error.status not in {409, 412}:
                    raise
                continue
            if waits:
                self._poller.run_operation(operation, seconds=CHANGE_SECONDS)
            return
        raise FailedError(
            f"{self.name} was changed by others {MAX_ATTEMPTS} times",
            advice="run the command again",
        )
