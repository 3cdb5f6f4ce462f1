"""One Cloud Run service in one region, and what a release changes of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from operations.core.api_client import MAX_ATTEMPTS, GoogleError
from operations.core.errors import FailedError
from operations.core.polling import OperationFailedError
from operations.core.session import ReadContext
from operations.release import cloud_run
from operations.release.traffic import (
    SERVED_BEFORE,
    Json,
    follows_latest,
    image,
    serves,
    shares,
    short,
    split,
    state,
    tagged,
)

_CHANGE_SECONDS = 900
"""An image is pulled, and an instance may take 240 s to start (Cloud Run, "Configure container
health checks")."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A revision that is ready and has a tag."""

    revision: str
    uri: str


@dataclass(frozen=True, kw_only=True)
class PreviousRevision:
    """What served before a release."""

    revision: str
    image: str
    served_before: str
    """What the service said then of the release before; empty when it said nothing."""


class RegionalService:
    """A service in a region. Methods wait until Cloud Run is about no other change of it."""

    def __init__(self, session: ReadContext, service: str, region: str) -> None:
        self._client, self._poller, self._report = session.client, session.poller, session.report
        self._services = session.google.run.projects().locations().services()
        self.service, self.region = service, region
        self.name = cloud_run.full_name(session.platform, service, region)
        self.label = f"{service} {region}"
        """For messages, and the names of steps."""

    def read(self) -> Json:
        """Return the service when Cloud Run has done with its last change.

        Raises:
            FailedError: it is not there, or cannot be read; StillRunningError: it is not done.
        """

        def check() -> Json | None:
            service: Json | None = self._client.find(self._services.get(name=self.name))
            if service is None:
                raise FailedError(f"Cloud Run has no {self.name}", advice="apply the environment")
            return None if service.get("reconciling") else service

        return self._poller.until(f"the change of {self.name}", check, seconds=_CHANGE_SECONDS)

    def revision(self, name: str) -> Json | None:
        """Return one of its revisions by the short name."""
        request = self._services.revisions().get(name=f"{self.name}/revisions/{name}")
        revision: Json | None = self._client.find(request)
        return revision

    def revisions(self) -> list[Json]:
        """Return its revisions, the newest first."""
        revisions: list[Json] = []
        token = None
        while True:
            request = self._services.revisions().list(parent=self.name, pageToken=token)
            page = self._client.send(request)
            revisions += page.get("revisions", [])
            token = page.get("nextPageToken")
            if not token:
                return sorted(
                    revisions, key=lambda revision: str(revision["createTime"]), reverse=True
                )

    def ready(self, name: str) -> bool:
        """Return whether there is such a revision and it can serve."""
        revision = self.revision(name)
        return revision is not None and state(revision, "Ready")[0] == "CONDITION_SUCCEEDED"

    def candidate(self, new_image: str, tag: str) -> Candidate | None:
        """Return the newest revision, if it runs this image, is ready and has the tag."""
        service = self.read()
        tag_target = tagged(service, tag)
        newest = self._newest(service, new_image)
        if (
            not tag_target
            or newest != tag_target[0]
            or follows_latest(service)
            or not self.ready(newest)
        ):
            return None
        return Candidate(revision=newest, uri=tag_target[1])

    def pending_revision(self, new_image: str) -> str | None:
        """Return the newest revision, ready or not, if it has this image and no traffic."""
        service = self.read()
        return None if follows_latest(service) else self._newest(service, new_image) or None

    def create_revision(self, new_image: str) -> None:
        """Make a revision of this image without traffic.

        The traffic is pinned in the same request, or one that follows the latest revision would
        go to the new one. Cloud Run names the revision: a name in the template would be a change
        for Terraform to take back.

        Raises:
            FailedError: the revision cannot serve.
        """
        try:
            self._patch(
                lambda service: _pinned_traffic(service) | _template_with(service, new_image),
                force=True,
            )
        except OperationFailedError as error:
            raise FailedError(f"{self.label} cannot run {new_image}: {error}") from error

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

    def sends(self, percents: Mapping[str, int], tags: Mapping[str, str]) -> bool | None:
        """Return True when the traffic is split like this, else None."""
        service = self.read()
        return serves(service, split(service, percents, tags)) or None

    def send(
        self,
        percents: Mapping[str, int],
        tags: Mapping[str, str],
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        """Split the traffic; set annotations of the service, or remove those that are empty.

        An operation that fails is told and not raised: it fails too when the newest revision is
        not ready, wherever the traffic goes. The caller looks.
        """

        def apply(service: Json) -> Json:
            body: Json = {"traffic": split(service, percents, tags)}
            if annotations is not None:
                merged = {**service.get("annotations", {}), **annotations}
                body["annotations"] = {key: value for key, value in merged.items() if value}
            return body

        try:
            self._patch(apply)
        except OperationFailedError as error:
            self._report.log(f"{self.label}: {error}")

    def revert_traffic(self, before: PreviousRevision, new_image: str, tag: str) -> None:
        """Send everything to what served before, where this release has changed that.

        What is asked for counts too: Cloud Run would serve it after its next change.
        """
        service = self.read()
        newest = self._newest(service, new_image) or before.revision
        targets = [*service["traffic"], *service.get("trafficStatuses", [])]
        if any(
            target.get("tag") == tag
            or (
                target.get("percent")
                and short(target.get("revision", "")) == newest != before.revision
            )
            for target in targets
        ):
            self._client.ensure(
                f"the traffic of {self.label}",
                lambda: self.sends({before.revision: 100}, {}),
                lambda: self.send(
                    {before.revision: 100}, {}, {SERVED_BEFORE: before.served_before}
                ),
            )

    def revert_release(self, before: PreviousRevision, new_image: str, tag: str) -> None:
        """Return the traffic, and then the image: Terraform's next change would bring it along."""
        self.revert_traffic(before, new_image, tag)
        if image(self.read()["template"]) == new_image != before.image:
            self._client.ensure(
                f"the image of {self.label}",
                lambda: image(self.read()["template"]) == before.image or None,
                lambda: self._patch(lambda service: _template_with(service, before.image)),
            )

    def _newest(self, service: Json, new_image: str) -> str:
        """Return the newest revision, if the template has this image; else an empty name."""
        fits = image(service["template"]) == new_image
        return short(service.get("latestCreatedRevision", "")) if fits else ""

    def _patch(self, apply: Callable[[Json], Json], *, force: bool = False) -> None:
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
            self._poller.run_operation(operation, seconds=_CHANGE_SECONDS)
            return
        raise FailedError(
            f"{self.name} was changed by others {MAX_ATTEMPTS} times",
            advice="run the command again",
        )


def _pinned_traffic(service: Json) -> Json:
    """Return the traffic as it is, by the names of the revisions, without candidates' tags."""
    return {"traffic": split(service, shares(service), {})}


def _template_with(service: Json, new_image: str) -> Json:
    """Return the template with another image, and everything else as it is."""
    template = copy.deepcopy(service["template"])
    template["containers"][0]["image"] = new_image
    template.pop("revision", None)  # the name of a revision that exists
    return {"template": template}
