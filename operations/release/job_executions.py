"""Executions of a Cloud Run job. Each carries a mark, by which a run of `grid` finds its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract.outputs import Job
from operations.core.errors import FailedError
from operations.core.session import ReadContext
from operations.release.traffic import state

Json = dict[str, Any]
MARK = "GRID_RUN"
"""Environment variable that `grid` sets in an execution: `jobs.run` takes no name."""


class Executions:
    """The executions of one job."""

    def __init__(self, session: ReadContext, job: Job) -> None:
        self._client, self._poller = session.client, session.poller
        self._jobs = session.google.run.projects().locations().jobs()
        place = f"projects/{session.platform.project_id}/locations/{job.region}"
        self.name = f"{place}/jobs/{job.name}"

    def job(self) -> Json:
        """Return the job.

        Raises:
            FailedError: there is none.
        """
        job: Json | None = self._client.find(self._jobs.get(name=self.name))
        if job is None:
            raise FailedError(f"Cloud Run has no {self.name}", advice="apply the environment")
        return job

    def start(self, mark: str, arguments: tuple[str, ...] = ()) -> None:
        """Start an execution with this mark; with these arguments in place of the job's, if any."""
        override: Json = {"env": [{"name": MARK, "value": mark}]}
        if arguments:
            override["args"] = list(arguments)
        body = {"overrides": {"containerOverrides": [override]}}
        self._client.send(self._jobs.run(name=self.name, body=body))

    def with_mark(self, mark: str) -> Iterator[Json]:
        """Return the executions with this mark."""
        for execution in self.all():
            if {"name": MARK, "value": mark} in execution["template"]["containers"][0].get(
                "env", []
            ):
                yield execution

    def all(self) -> Iterator[Json]:
        """Return every execution that Cloud Run still knows."""
        token = None
        while True:
            page = self._client.send(
                self._jobs.executions().list(parent=self.name, pageSize=100, pageToken=token)
            )
            yield from page.get("executions", [])
            token = page.get("nextPageToken")
            if not token:
                return

    def wait_until_finished(self, execution: Json, *, seconds: float) -> Json:
        """Wait for the end of an execution and return it.

        Raises:
            StillRunningError: it did not end in that time.
        """
        name = execution["name"]

        def check() -> Json | None:
            current: Json = self._client.send(self._jobs.executions().get(name=name))
            return current if is_finished(current) else None

        return self._poller.until(f"execution {name}", check, seconds=seconds)


def is_finished(execution: Json) -> bool:
    """Return whether an execution is over."""
    return state(execution, "Completed")[0] in {"CONDITION_SUCCEEDED", "CONDITION_FAILED"}


def has_succeeded(execution: Json) -> bool:
    """Return whether an execution ended well."""
    return state(execution, "Completed")[0] == "CONDITION_SUCCEEDED"


def describe(execution: Json) -> str:
    """Return an execution's name and where its log is, for messages."""
    return f"{execution['name'].rpartition('/')[2]}, log: {execution.get('logUri', 'none')}"
