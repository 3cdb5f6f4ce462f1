"""The run of the migration job, alone or as a part of a release."""

from __future__ import annotations

import copy

from contract.outputs import Job
from operations.core.errors import BlockedError, FailedError, IncompleteError
from operations.core.session import WriteContext
from operations.release.job_executions import Executions, Json, has_ended, succeeded, told
from operations.release.traffic import image

_SECONDS = 86_400
"""The longest that a job's task may take (environments/schema/compute.py); the job's own limit
ends it before."""
SEED = ("seed", "--development")
"""What the migrations' image takes for seeding (services/migrations)."""


class Migration:
    """The migration job of an environment."""

    def __init__(self, session: WriteContext, job: Job) -> None:
        self._session = session
        self._jobs = session.google.run.projects().locations().jobs()
        self._executions = Executions(session, job)

    def allow_seed(self) -> None:
        """See that the job belongs to development.

        Raises:
            BlockedError: its NODE_ENV is another.
        """
        container = _template(self._executions.job())["containers"][0]
        env = {one["name"]: one.get("value") for one in container.get("env", [])}
        if env.get("NODE_ENV") != "development":
            raise BlockedError(
                f"{self._executions.name} runs with NODE_ENV={env.get('NODE_ENV')}: "
                "only development is seeded"
            )

    def use(self, wanted: str) -> None:
        """Give the job another image, as a step of the session."""
        before = image(_template(self._executions.job()))
        self._session.steps.step(
            "migration image",
            check=lambda: self._has(wanted),
            apply=lambda: self._set(wanted),
            revert=lambda: self._session.client.ensure(
                "the image of the migration job",
                lambda: self._has(before),
                lambda: self._set(before),
            ),
        )

    def run(self, arguments: tuple[str, ...] = ()) -> Json:
        """Run the job as a step of the session, and return the execution.

        A run that takes up an earlier one finds its execution by the mark that it noted.

        Raises:
            BlockedError: somebody else runs it now.
            IncompleteError: it failed; nobody knows how far it came.
        """
        session, wanted = self._session, image(_template(self._executions.job()))
        purpose = " ".join((*arguments, wanted))
        earlier = session.journal.unfinished
        mark = str(earlier.notes.get("migration", "")) if earlier else ""
        if mark.partition(" ")[2] != purpose:
            mark = f"{session.journal.run} {purpose}"
        own = {one["name"] for one in self._executions.marked(mark)}
        for one in self._executions.all():
            if not has_ended(one) and one["name"] not in own:
                raise BlockedError(f"the migration job runs already: {told(one)}")
        session.journal.note("migration", mark)
        return session.steps.step(
            "migrate",
            check=lambda: self._done(mark),
            apply=lambda: self._start(mark, arguments),
        )

    def _done(self, mark: str) -> Json | None:
        """Return this run's execution that ended well, after the end of one that is on."""
        for one in self._executions.marked(mark):
            ended = self._executions.ended(one, seconds=_SECONDS)
            if succeeded(ended):
                return ended
        return None

    def _start(self, mark: str, arguments: tuple[str, ...]) -> None:
        known = {one["name"] for one in self._executions.marked(mark)}
        self._executions.start(mark, arguments)
        for one in self._executions.marked(mark):
            if one["name"] in known:
                continue
            ended = self._executions.ended(one, seconds=_SECONDS)
            if not succeeded(ended):
                raise IncompleteError(
                    f"the migration failed: {told(ended)}",
                    remaining=("the database: a migration failed in it, the log says which",),
                    advice="mend the migration and run the command again",
                )

    def _has(self, wanted: str) -> bool | None:
        return image(_template(self._executions.job())) == wanted or None

    def _set(self, wanted: str) -> None:
        job = self._executions.job()
        template = copy.deepcopy(job["template"])
        template["template"]["containers"][0]["image"] = wanted
        request = self._jobs.patch(
            name=self._executions.name,
            body={"name": job["name"], "etag": job["etag"], "template": template},
        )
        self._session.poller.run_operation(self._session.client.send(request), seconds=600)


def of(session: WriteContext) -> Migration:
    """Return the migration job of the session's environment.

    Raises:
        FailedError: it has none.
    """
    if session.platform.migration_job is None:
        raise FailedError(
            f"{session.environment} has no migration job",
            advice="name migration_job in the environment file, and apply",
        )
    return Migration(session, session.platform.migration_job)


def _template(job: Json) -> Json:
    template: Json = job["template"]["template"]
    return template
