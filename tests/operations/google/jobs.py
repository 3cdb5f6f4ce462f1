"""Cloud Run jobs and their executions."""

import copy
from collections.abc import Callable
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
        self.programs: dict[str, Callable[[list[str]], bool]] = {}
        """What jobs do with their arguments, by full name; whether it went well."""
        cloud.answers(f"{_JOBS}.get", self._get)
        cloud.answers(f"{_JOBS}.patch", self._patch)
        cloud.answers(f"{_JOBS}.run", self._run)
        cloud.answers(f"{_JOBS}.executions.get", self._get_execution)
        cloud.answers(f"{_JOBS}.executions.list", self._list_executions)

    def create(self, name: str, image: str, **env: str) -> None:
        """Create a job by its full name."""
        given = [{"name": key, "value": value} for key, value in env.items()]
        container = {"image": image, "env": given}
        template = {"template": {"containers": [container]}, "taskCount": 1}
        self.jobs[name] = {"name": name, "template": template, "etag": '"1"'}

    def _get(self, request: Request) -> dict[str, Any]:
        if request.path["name"] not in self.jobs:
            raise RefusalError(404, f"there is no {request.path['name']}", "notFound")
        return copy.deepcopy(self.jobs[request.path["name"]])

    def _patch(self, request: Request) -> dict[str, Any]:
        before = self._get(request)
        if request.body.get("etag") not in {None, before["etag"]}:
            raise RefusalError(409, "the job was changed meanwhile: its etag is another")
        after = {**before, **request.body, "etag": f'"{self._cloud.number()}"'}
        if not request.fails:
            self.jobs[before["name"]] = after
        shown = {"@type": "type.googleapis.com/google.cloud.run.v2.Job", **after}
        parent = before["name"].rpartition("/jobs/")[0]
        return self._operations.begin(parent, lambda: shown, fails=request.fails)

    def _run(self, request: Request) -> dict[str, Any]:
        job = self._get(request)
        container = job["template"]["template"]["containers"][0]
        for override in request.body.get("overrides", {}).get("containerOverrides", []):
            container["env"] = [*container.get("env", []), *override.get("env", [])]
            container["args"] = override.get("args", container.get("args", []))
        number = self._cloud.number()
        name = f"{job['name']}/executions/{job['name'].rpartition('/')[2]}-{number:05d}"
        execution: dict[str, Any] = {
            "name": name,
            "job": job["name"],
            "createTime": self._cloud.stamp,
            "taskCount": 1,
            "logUri": f"https://console.example/{name}",
            "template": job["template"]["template"],
            "conditions": [{"type": "Completed", "state": "CONDITION_RECONCILING"}],
        }
        self.executions[name] = execution

        def work() -> dict[str, Any]:
            failed = request.fails or job["name"] in self.failing
            if program := self.programs.get(job["name"]):
                failed = failed or not program(container.get("args", []))
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
