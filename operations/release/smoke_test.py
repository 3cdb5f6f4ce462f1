"""The smoke test of candidates: from inside the VPC, by a job in their region (decision 24)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contract.outputs import Job
from operations.core.errors import BlockedError, FailedError
from operations.core.session import ReadContext, WriteContext
from operations.release.job_executions import Executions, Json, describe, has_succeeded

_SECONDS = 900
"""The job has ten minutes (constructs/compute/smoke_jobs.py), and has to start first."""


def jobs_by_region(session: ReadContext, regions: Iterable[str]) -> Mapping[str, Job]:
    """Return the smoke job of each of these regions.

    Raises:
        BlockedError: a region has none, so that a candidate there could not be tested.
    """
    known = session.platform.smoke_jobs or {}
    if missing := sorted(set(regions) - set(known)):
        raise BlockedError(
            f"no smoke job in {', '.join(missing)}: the candidate's address answers only inside "
            "the VPC",
            advice="apply the environment with this version of the project",
        )
    return known


class SmokeTest:
    """Asks the tagged address of one candidate for a path; only 200 is good."""

    def __init__(self, session: WriteContext, job: Job, label: str) -> None:
        self._session, self._label = session, label
        self._executions = Executions(session, job)
        self._mark = f"{session.journal.run} {label}"
        self._began: Json | None = None

    def begin(self, service_uri: str, tag_uri: str, path: str) -> None:
        """Start it. The job gets its token for the service's address: a tag is no audience."""
        arguments = (service_uri, tag_uri.rstrip("/") + path)
        with self._session.report.step(f"smoke test {self._label}"):
            self._began = self._session.client.ensure(
                f"the smoke test of {self._label}",
                lambda: next(self._executions.with_mark(self._mark), None),
                lambda: self._executions.start(self._mark, arguments),
            )

    def wait(self) -> None:
        """Wait for the end of it.

        Raises:
            FailedError: the candidate did not answer as it should.
        """
        if self._began is None:
            raise FailedError(
                f"the smoke test of {self._label} was not started", advice="run the command again"
            )
        with self._session.report.step(f"result {self._label}"):
            finished = self._executions.wait_until_finished(self._began, seconds=_SECONDS)
            if not has_succeeded(finished):
                raise FailedError(
                    f"{self._label} failed its smoke test: {describe(finished)}",
                    advice="check the logs of the revision, fix the image, and deploy again",
                )
