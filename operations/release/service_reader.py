"""What a Cloud Run service in one region is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from operations.core.errors import FailedError
from operations.core.session import ReadContext
from operations.release import cloud_run
from operations.release.traffic import (
    Json,
    follows_latest,
    image,
    requests,
    serves,
    short,
    split,
    state,
    tagged,
)

CHANGE_SECONDS = 900
"""An image is pulled, and an instance may take 240 s to start (Cloud Run, "Configure container
health checks")."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A revision that is ready and has a tag."""

    revision: str
    uri: str


class ServiceReader:
    """A service in a region. Methods wait until Cloud Run has finished its last change."""

    def __init__(
        self, session: ReadContext, service: str, region: str, *, is_patient: bool = True
    ) -> None:
        """Without `is_patient`, nothing waits for a change that Cloud Run has not finished."""
        self._is_patient = is_patient
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
            is_busy = self._is_patient and service.get("reconciling")
            return None if is_busy else service

        return self._poller.until(f"the change of {self.name}", check, seconds=CHANGE_SECONDS)

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

    def newest_ready(self, wanted: str) -> str:
        """Return the newest ready revision of an image; empty where there is none."""
        return next(
            (
                short(revision["name"])
                for revision in self.revisions()
                if image(revision) == wanted
                and state(revision, "Ready")[0] == "CONDITION_SUCCEEDED"
            ),
            "",
        )

    def _is_requested(self, revision: str) -> bool | None:
        """Return True if Cloud Run was asked to send all traffic there, else None."""
        service = self.read()
        return requests(service, split(service, {revision: 100}, {})) or None

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

    def is_current(self, new_image: str) -> bool:
        """Return whether the newest revision runs this image and has all traffic."""
        service = self.read()
        newest = self._newest(service, new_image)
        return bool(
            newest
            and serves(service, split(service, {newest: 100}, {}))
            and not follows_latest(service)
            and self.ready(newest)
        )

    def sends(self, percents: Mapping[str, int], tags: Mapping[str, str]) -> bool | None:
        """Return True when the traffic is split like this, else None."""
        service = self.read()
        return serves(service, split(service, percents, tags)) or None

    def _newest(self, service: Json, new_image: str) -> str:
        """Return the newest revision, if the template has this image; else an empty name."""
        fits = image(service["template"]) == new_image
        return short(service.get("latestCreatedRevision", "")) if fits else ""
