"""Cloud Run jobs and their executions."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from offline.serve.apis.run_images import tables
from offline.serve.changes import fill
from offline.serve.errors import ApiError
from offline.serve.operations import WorkFailedError
from offline.serve.store import View

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_JOBS = "run.projects.locations.jobs"
_PLACE = r"projects/[^/]+/locations/[^/]+"


class Jobs:
    """Jobs and their executions."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self.jobs = View(google.store, "run", f"{_PLACE}/jobs/[^/]+")
        self.executions = View(google.store, "run", f"{_PLACE}/jobs/[^/]+/executions/[^/]+")
        """By full name, in the order of their creation."""
        self.failing: set[str] = set()
        """Full names of jobs whose tasks end with an error. The others do what the labels of their
        image say, and send a request to an address among their arguments."""
        google.answers(f"{_JOBS}.create", self._create)
        google.answers(f"{_JOBS}.patch", self._patch)
        google.answers(f"{_JOBS}.run", self._run)
        google.answers(f"{_JOBS}.executions.list", self._list_executions)

    def create(self, name: str, image: str, **env: str) -> None:
        """Create a job by its full name."""
        given = [{"name": key, "value": value} for key, value in env.items()]
        container = {"image": image, "env": given}
        template = {"template": {"containers": [container]}, "taskCount": 1}
        self.jobs[name] = {"name": name, "template": template, "etag": '"1"'}

    def _create(self, request: Request) -> Resource:
        name = f"{request.path}/{request.query['jobId']}"
        if name in self.jobs:
            raise ApiError(409, f"Resource '{_short(name)}' already exists.", "alreadyExists")
        job = copy.deepcopy(request.body)
        fill(self._google, request.method, name, job, created=True)
        self.jobs[name] = self._ready(job, "0")
        return self._google.operations.begin(request, lambda: self._shown(job))

    def _patch(self, request: Request) -> Resource:
        held = self._google.find("run", request.path)
        if request.body.get("etag") not in {None, held["etag"]}:
            raise ApiError(409, "the job was changed meanwhile: its etag is another")
        job = copy.deepcopy(held) | copy.deepcopy(request.body)
        fill(self._google, request.method, request.path, job, created=False)
        if not request.fails:
            self.jobs[request.path] = self._ready(job, held.get("generation", "1"))
        return self._google.operations.begin(request, lambda: self._shown(job))

    def _ready(self, job: Resource, generation: str) -> Resource:
        job["generation"] = job["observedGeneration"] = str(int(generation) + 1)
        job["terminalCondition"] = {"type": "Ready", "state": "CONDITION_SUCCEEDED"}
        return job

    def _shown(self, job: Resource) -> Resource:
        return {"@type": "type.googleapis.com/google.cloud.run.v2.Job", **job}

    def _run(self, request: Request) -> Resource:
        job = copy.deepcopy(self._google.find("run", request.path))
        container = job["template"]["template"]["containers"][0]
        for override in request.body.get("overrides", {}).get("containerOverrides", []):
            container["env"] = [*container.get("env", []), *override.get("env", [])]
            container["args"] = override.get("args", container.get("args", []))
        number = self._google.store.serial()
        name = f"{job['name']}/executions/{_short(job['name'])}-{number:05d}"
        execution: Resource = {
            "name": name,
            "job": job["name"],
            "createTime": self._google.stamp,
            "taskCount": 1,
            "logUri": f"https://console.cloud.google.com/run/jobs/{_short(name)}",
            "template": job["template"]["template"],
            "conditions": [{"type": "Completed", "state": "CONDITION_RECONCILING"}],
        }
        self.executions[name] = execution

        def work() -> Resource:
            failed = request.fails or job["name"] in self.failing
            failed = failed or not self._work(container["image"], container.get("args", []))
            state = "CONDITION_FAILED" if failed else "CONDITION_SUCCEEDED"
            execution["conditions"] = [{"type": "Completed", "state": state}]
            execution["completionTime"] = self._google.stamp
            execution["failedCount" if failed else "succeededCount"] = 1
            if failed:
                raise WorkFailedError(f"Execution {_short(name)} has failed")
            return {"@type": "type.googleapis.com/google.cloud.run.v2.Execution", **execution}

        shown = {"@type": "type.googleapis.com/google.cloud.run.v2.Execution", **execution}
        return self._google.operations.begin(request, work, may_fail=False, metadata=shown)

    def _work(self, image: str, arguments: list[str]) -> bool:
        """Do what a job does; report whether it went well.

        The last address of a service among its arguments answers with 200, or it fails.
        """
        google = self._google
        labels = google.service("artifactregistry").labels(image)
        if rows := tables(labels):
            sql = google.service("sqladmin")
            for name, databases in sql.data.items():
                if "masterInstanceName" not in sql.instances[name]:
                    for database in databases:
                        sql.data[name][database] = dict(rows)
        served = f"{google.url}/served/"
        addresses = [one for one in arguments if one.startswith(served)]
        return not addresses or google.page(addresses[-1].removeprefix(served))[0] == 200

    def _list_executions(self, request: Request) -> Resource:
        parent = request.path.removesuffix("/executions")
        found = [one for name, one in self.executions.items() if name.startswith(f"{parent}/")]
        return {"executions": found[::-1]}


def _short(name: str) -> str:
    return name.rpartition("/")[2]
