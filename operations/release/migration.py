"""The run of the migration job, alone or as a part of a release."""

from __future__ import annotations

import copy

from contract.outputs import Job
from operations.core.errors import BlockedError, FailedError, IncompleteError
from operations.core.session import WriteContext
from operations.release.job_executions import Executions, Json, describe, has_succeeded, is_finished
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

    def check_seed_allowed(self) -> None:
        """See that the job belongs to development.

        Raises:
            BlockedError: its NODE_ENV is another.
        """
        container = _template(self._executions.job())["containers"][0]
        env = {variable["name"]: variable.get("value") for variable in container.get("env", [])}
        if env.get("NODE_ENV") != "development":
            raise BlockedError(
                f"{self._executions.name} runs with NODE_ENV={env.get('NODE_ENV')}: "
                "only development is seeded",
                advice="leave out --seed",
            )

    def set_image(self, new_image: str) -> None:
        """Give the job another image, as a step of the session."""
        before = image(_template(self._executions.job()))
        self._session.steps.step(
            "migration image",
            check=lambda: self._has(new_image),
            apply=lambda: self._set(new_image),
            revert=lambda: self._session.client.ensure(
                "the image of the migration job",
                lambda: self._has(before),
                lambda: self._set(before),
            ),
        )

    def run(self, arguments: tuple[str, ...] = ()) -> Json:
        """Run the job as a step of the session, and return the execution.

        A run that resumes an earlier one waits for its execution, found by the mark that it noted.
        One that ended in the meantime runs again: the database may have been restored since, and
        a migration that is applied already changes nothing.

        Raises:
            BlockedError: somebody else runs it now.
            IncompleteError: it failed; nobody knows how far it came.
        """
        session, job_image = self._session, image(_template(self._executions.job()))
        purpose = " ".join((*arguments, job_image))
        earlier = session.journal.unfinished
        mark = str(earlier.notes.get("migration", "")) if earlier else ""
        if mark.partition(" ")[2] != purpose:
            mark = f"{session.journal.run} {purpose}"
        own = list(self._executions.with_mark(mark))
        own_names = {execution["name"] for execution in own}
        ended = frozenset(execution["name"] for execution in own if is_finished(execution))
        for execution in self._executions.all():
            if not is_finished(execution) and execution["name"] not in own_names:
                raise BlockedError(
                    f"the migration job runs already: {describe(execution)}",
                    advice="wait for the execution to end, then run the command again",
                )
        session.journal.note("migration", mark)
        return session.steps.step(
            "migrate",
            check=lambda: self._done(mark, ended),
            apply=lambda: self._start(mark, arguments),
        )

    def _done(self, mark: str, earlier: frozenset[str]) -> Json | None:
        """Return this run's execution that ended well, after the end of one that still runs.

        `earlier` are the names of executions that do not count.
        """
        for execution in self._executions.with_mark(mark):
            if execution["name"] in earlier:
                continue
            finished = self._executions.wait_until_finished(execution, seconds=_SECONDS)
            if has_succeeded(finished):
                return finished
        return None

    def _start(self, mark: str, arguments: tuple[str, ...]) -> None:
        known = {execution["name"] for execution in self._executions.with_mark(mark)}
        self._executions.start(mark, arguments)
        for execution in self._executions.with_mark(mark):
            if execution["name"] in known:
                continue
            finished = self._executions.wait_until_finished(execution, seconds=_SECONDS)
            if not has_succeeded(finished):
                raise IncompleteError(
                    f"the migration failed: {describe(finished)}",
                    remaining=("the database: a migration failed in it, the log says which",),
                    advice="fix the migration, and run the command again",
                )

    def _has(self, expected: str) -> bool | None:
        return image(_template(self._executions.job())) == expected or None

    def _set(self, new_image: str) -> None:
        job = self._executions.job()
        template = copy.deepcopy(job["template"])
        template["template"]["containers"][0]["image"] = new_image
        request = self._jobs.patch(
            name=self._executions.name,
            body={"name": job["name"], "etag": job["etag"], "template": template},
        )
        self._session.poller.run_operation(self._session.client.send(request), seconds=600)


def find_migration(session: WriteContext) -> Migration:
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
