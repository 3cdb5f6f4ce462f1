"""Cloud Run jobs and their executions."""

import copy
from typing import Any

from tests.operations.google.cloud import Cloud, RefusalError, Request
from tests.operations.google.long_running import LongRunning, WorkFailedError

_JOBS = "run.projects.locations.jobs"


class Jobs:
    """Jobs; `operations` are those of Cloud Run."""

    def __init__(self, cloud: Cloud, operations: LongRunning) -> None:
        self._cloud, self._operations = cloud, operations
        self.jobs: dict[str, dict[str, Any]] = {}
        self.executions: dict[str, dict[str, Any]] = {}
        """By full name, in the order of their creation."""
        self.failing: set[str] = set()
        """Full names of jobs whose tasks end with an error."""
        cloud.answers(f"{_JOBS}.get", self._get)
        cloud.answers(f"{_JOBS}.run", self._run)
        cloud.answers(f"{_JOBS}.executions.get", self._get_execution)
        cloud.answers(f"{_JOBS}.executions.list", self._list_executions)

    def create(self, name: str, image: str) -> None:
        """Create a job by its full name."""
        template = {"template": {"containers": [{"image": image}]}, "taskCount": 1}
        self.jobs[name] = {"name": name, "template": template, "etag": '"1"'}

    def _get(self, request: Request) -> dict[str, Any]:
        if request.path["name"] not in self.jobs:
            raise RefusalError(404, f"there is no {request.path['name']}", "notFound")
        return copy.deepcopy(self.jobs[request.path["name"]])

    def _run(self, request: Request) -> dict[str, Any]:
        job = self._get(request)
        number = self._cloud.number()
        name = f"{job['name']}/executions/{job['name'].rpartition('/')[2]}-{number:05d}"
        execution: dict[str, Any] = {
            "name": name,
            "job": job["name"],
            "createTime": self._cloud.stamp,
            "taskCount": 1,
            "template": job["template"]["template"],
            "conditions": [{"type": "Completed", "state": "CONDITION_RECONCILING"}],
        }
        self.executions[name] = execution

        def work() -> dict[str, Any]:
            failed = request.fails or job["name"] in self.failing
            state = "CONDITION_FAILED" if failed else "CONDITION_SUCCEEDED"
            execution["conditions"] = [{"type": "Completed", "state": state}]
            execution["completionTime"] = self._cloud.stamp
            execution["failedCount" if failed else "succeededCount"] = 1
            if failed:
                raise WorkFailedError(f"Execution {name.rpartition('/')[2]} has failed")
            return execution

        parent = job["name"].rpartition("/jobs/")[0]
        shown = {"@type": "type.googleapis.com/google.cloud.run.v2.Execution", **execution}
        return self._operations.begin(parent, work, fails=False, metadata=shown)

    def _get_execution(self, request: Request) -> dict[str, Any]:
        found = self.executions.get(request.path["name"])
        if found is None:
            raise RefusalError(404, f"there is no {request.path['name']}", "notFound")
        return copy.deepcopy(found)

    def _list_executions(self, request: Request) -> dict[str, Any]:
        prefix = request.path["parent"] + "/executions/"
        found = [one for name, one in self.executions.items() if name.startswith(prefix)]
        return {"executions": copy.deepcopy(found[::-1])}
