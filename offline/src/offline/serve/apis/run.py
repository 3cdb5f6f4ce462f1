"""Cloud Run: services with their revisions and traffic, and jobs with their executions.

Revisions start, or do not; traffic moves when its revision is ready (page "Rollbacks, gradual
rollouts, and traffic migration", https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING

from offline.serve import resources
from offline.serve.errors import ApiError
from offline.serve.operations import WorkFailedError
from offline.serve.store import View

if TYPE_CHECKING:
    from offline.serve.google import Google, Request
    from offline.serve.store import Resource

LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"
REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
HELLO = "us-docker.pkg.dev/cloudrun/container/hello"
_SERVICES, _JOBS = "run.projects.locations.services", "run.projects.locations.jobs"
_LIMITS = {"cpu": "1000m", "memory": "512Mi"}
_PLACE = r"projects/[^/]+/locations/[^/]+"


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in the ports and limits of containers."""
    kind = path.split("/")[-2]
    template = resource.get("template", {})
    if kind == "jobs":
        template = template.get("template", {})
    for container in template.get("containers", []):
        container.setdefault("resources", {}).setdefault("limits", dict(_LIMITS))
        if kind == "services" and "ports" not in container and len(template["containers"]) == 1:
            container["ports"] = [{"name": "http1", "containerPort": 8080}]
        for port in container.get("ports", []):
            port.setdefault("name", "http1")


class Run:
    """Services and revisions, and what answers a request to them."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self.services = View(google.store, "run", f"{_PLACE}/services/[^/]+")
        self.revisions = View(google.store, "run", f"{_PLACE}/services/[^/]+/revisions/[^/]+")
        """By full name, in the order of their creation."""
        self.jobs = Jobs(google)
        self.crashing: set[str] = set()
        """Images that never start."""
        self.ill: set[str] = set()
        """Images that start, and answer every request with 500."""
        self.missing: set[str] = set()
        """Images that are not in the registry."""
        self.served: dict[str, list[int]] = {}
        """The statuses that each revision answered, by its short name."""
        google.pages = self.page
        for name, handler in {
            "create": self._create,
            "patch": self._patch,
            "delete": self._delete,
            "revisions.list": self._list_revisions,
            "revisions.delete": self._delete_revision,
        }.items():
            google.answers(f"{_SERVICES}.{name}", handler)

    def create(self, name: str, image: str = HELLO) -> None:
        """Create a service by its full name, as Terraform does: all traffic to the latest."""
        self.add(name, {"template": {"containers": [{"image": image}]}})

    def add(self, name: str, service: Resource) -> Resource:
        """Add a service with its first revision."""
        service |= {
            "name": name,
            "uri": f"{self._google.url}/served/{_short(name)}",
            "createTime": self._google.stamp,
            "generation": "0",
            "trafficStatuses": [],
        }
        service["urls"] = [service["uri"]]
        service.setdefault("traffic", [{"type": LATEST, "percent": 100}])
        self.services[name] = service
        self.change(service, revise=True)
        self.reconcile(service)
        return service

    def page(self, path: str) -> tuple[int, bytes]:
        """Answer a request to a service's address, or to a tag's."""
        host = path.partition("/")[0]
        tag, _, short = host.rpartition("---")
        service = next((one for name, one in self.services.items() if _short(name) == short), None)
        statuses = service["trafficStatuses"] if service else []
        fitting = [one for one in statuses if not tag or one.get("tag") == tag]
        if not fitting:
            return 404, b"there is no such service"
        sent = sum(map(len, self.served.values())) * 37 % 100  # even, and the same in each run
        target = fitting[0]
        for one in fitting if not tag else []:
            sent -= one.get("percent", 0)
            if sent < 0:
                target = one
                break
        image = self._image(service, target["revision"]) if service else ""
        status = 500 if image in self.ill else 200
        self.served.setdefault(target["revision"], []).append(status)
        return status, image.encode()

    def change(self, service: Resource, *, revise: bool) -> None:
        """Note a change of a service; with `revise` it makes a revision."""
        number = self._google.store.serial()
        service["generation"] = str(int(service["generation"]) + 1)
        service.update(etag=f'"{number:06x}"', updateTime=self._google.stamp, reconciling=True)
        if not revise:
            return
        short = service["template"].get("revision") or f"{_short(service['name'])}-{number:05d}-x"
        name = f"{service['name']}/revisions/{short}"
        self.revisions[name] = {
            "name": name,
            "service": _short(service["name"]),
            "createTime": self._google.stamp,
            "labels": service["template"].get("labels", {}),
            "annotations": service["template"].get("annotations", {}),
            "containers": copy.deepcopy(service["template"]["containers"]),
            "conditions": [{"type": "Ready", "state": "CONDITION_RECONCILING"}],
        }
        service["latestCreatedRevision"] = name

    def reconcile(self, service: Resource) -> None:
        """Start the newest revision, and move the traffic where it is wanted and can go."""
        newest = self.revisions[service["latestCreatedRevision"]]
        image = newest["containers"][0]["image"]
        wrong = "Image not found" if image in self.missing else ""
        wrong = wrong or ("The container failed to start" if image in self.crashing else "")
        state = "CONDITION_FAILED" if wrong else "CONDITION_SUCCEEDED"
        newest["conditions"] = [{"type": "Ready", "state": state, "message": wrong}]
        service.update(
            reconciling=False,
            observedGeneration=service["generation"],
            terminalCondition={"type": "Ready", "state": state, "message": wrong},
        )
        if not wrong:
            service["latestReadyRevision"] = newest["name"]
        latest = _short(service.get("latestReadyRevision", ""))
        statuses = []
        for target in service["traffic"]:
            status = {"revision": latest, **target}
            if tag := target.get("tag"):
                status["uri"] = f"{self._google.url}/served/{tag}---{_short(service['name'])}"
            full = f"{service['name']}/revisions/{status['revision']}"
            held = self.revisions.get(full)
            if held is None or held["conditions"][0]["state"] != "CONDITION_SUCCEEDED":
                return
            statuses.append(status)
        service["trafficStatuses"] = statuses

    def _create(self, request: Request) -> Resource:
        name = f"{request.path}/{request.query['serviceId']}"
        if name in self.services:
            raise ApiError(409, f"Resource '{_short(name)}' already exists.", "alreadyExists")
        service = copy.deepcopy(request.body)
        resources.fill(self._google, request.method, name, service, created=True)
        if not request.query.get("validateOnly"):
            self.add(name, service)
        return self._begin(request, service)

    def _patch(self, request: Request) -> Resource:
        service = self._find(request.path)
        if request.body.get("etag") not in {None, service["etag"]}:
            raise ApiError(409, "the service was changed meanwhile: its etag is another")
        wanted = copy.deepcopy(service)
        self._assign(wanted, request)
        resources.fill(self._google, request.method, request.path, wanted, created=False)
        wanted["etag"] = service["etag"]
        self._check_traffic(service["name"], wanted["traffic"])
        force = bool(request.query.get("forceNewRevision"))
        before = copy.deepcopy(service)
        resources.fill(self._google, request.method, request.path, before, created=False)
        revise = force or wanted["template"] != before["template"]
        named = wanted["template"].get("revision")
        if revise and named and f"{service['name']}/revisions/{named}" in self.revisions:
            raise ApiError(409, f"Revision named '{named}' already exists.")
        if not request.query.get("validateOnly"):
            service.clear()
            service.update(wanted)
            self.change(service, revise=revise)
        return self._begin(request, service)

    def _begin(self, request: Request, service: Resource) -> Resource:
        kind = "type.googleapis.com/google.cloud.run.v2.Service"

        def work() -> Resource:
            if request.fails:
                self._give_up(service)
            else:
                self.reconcile(service)
            condition = service["terminalCondition"]
            if condition["state"] != "CONDITION_SUCCEEDED":
                raise WorkFailedError(condition["message"])
            return {"@type": kind, **service}

        metadata = {"@type": kind, **service}
        return self._google.operations.begin(request, work, may_fail=False, metadata=metadata)

    def _delete(self, request: Request) -> Resource:
        service = self._find(request.path)

        def work() -> Resource:
            self._google.store.remove("run", request.path)
            return {"@type": "type.googleapis.com/google.cloud.run.v2.Service", **service}

        return self._google.operations.begin(request, work)

    def _assign(self, wanted: Resource, request: Request) -> None:
        """Change a service as its patch wants; without a mask, every field that users set."""
        given = dict(request.body)
        mask = [field for field in str(request.query.get("updateMask", "")).split(",") if field]
        if mask:
            kept = {field: wanted[field] for field in ("template", "traffic") if field not in given}
            resources.merge(wanted, given, mask)
            wanted |= {field: value for field, value in kept.items() if field not in wanted}
            return
        properties = request.method.document.properties(request.method.request)
        for name, kind in properties.items():
            if kind.get("readOnly") or name in {"name", "etag"}:
                continue
            if name in given:
                wanted[name] = copy.deepcopy(given[name])
            elif name not in {"template", "traffic"}:
                wanted.pop(name, None)

    def _give_up(self, service: Resource) -> None:
        """End a change with an error: what is served stays, a new revision is not started."""
        condition = {"type": "Ready", "state": "CONDITION_FAILED", "message": "internal error"}
        service.update(reconciling=False, terminalCondition=condition)
        newest = self.revisions[service["latestCreatedRevision"]]
        if newest["conditions"][0]["state"] == "CONDITION_RECONCILING":
            newest["conditions"] = [condition]

    def _check_traffic(self, service: str, traffic: list[Resource]) -> None:
        if sum(one.get("percent", 0) for one in traffic) != 100:
            raise ApiError(400, "traffic: the percentages must sum to 100")
        tags = [one["tag"] for one in traffic if one.get("tag")]
        if len(tags) != len(set(tags)):
            raise ApiError(400, "traffic: a tag is used more than once")
        for one in traffic:
            named = one.get("revision")
            if bool(named) == (one.get("type") == LATEST):
                raise ApiError(400, "traffic: a revision goes with the type REVISION only")
            if named and f"{service}/revisions/{named}" not in self.revisions:
                raise ApiError(400, f"traffic: there is no revision {named}")

    def _list_revisions(self, request: Request) -> Resource:
        parent = request.path.removesuffix("/revisions")
        found = [one for name, one in self.revisions.items() if name.startswith(f"{parent}/")]
        return {"revisions": found[::-1]}

    def _delete_revision(self, request: Request) -> Resource:
        name = request.path
        revision = self._google.find("run", name)
        service = self._find(name.rpartition("/revisions/")[0])
        used = {one["revision"] for one in service["trafficStatuses"]}
        if _short(name) in used or name == service.get("latestCreatedRevision"):
            raise ApiError(400, f"{_short(name)} has traffic or a tag, or is the latest")

        def work() -> Resource:
            self.revisions.pop(name, None)
            return {"@type": "type.googleapis.com/google.cloud.run.v2.Revision", **revision}

        return self._google.operations.begin(request, work)

    def _find(self, name: str) -> Resource:
        if name not in self.services:
            raise ApiError(404, f"Resource '{_short(name)}' does not exist.", "notFound")
        return self.services[name]

    def _image(self, service: Resource, revision: str) -> str:
        found = self.revisions[f"{service['name']}/revisions/{revision}"]
        return str(found["containers"][0]["image"])


class Jobs:
    """Jobs and their executions."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self.jobs = View(google.store, "run", f"{_PLACE}/jobs/[^/]+")
        self.executions = View(google.store, "run", f"{_PLACE}/jobs/[^/]+/executions/[^/]+")
        """By full name, in the order of their creation."""
        self.failing: set[str] = set()
        """Full names of jobs whose tasks end with an error."""
        self.programs: dict[str, Callable[[list[str]], bool]] = {}
        """What jobs do with their arguments, by full name; whether it went well."""
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
        resources.fill(self._google, request.method, name, job, created=True)
        self.jobs[name] = self._ready(job, "0")
        return self._google.operations.begin(request, lambda: self._shown(job))

    def _patch(self, request: Request) -> Resource:
        held = self._google.find("run", request.path)
        if request.body.get("etag") not in {None, held["etag"]}:
            raise ApiError(409, "the job was changed meanwhile: its etag is another")
        job = copy.deepcopy(held) | copy.deepcopy(request.body)
        resources.fill(self._google, request.method, request.path, job, created=False)
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
            if program := self.programs.get(job["name"]):
                failed = failed or not program(container.get("args", []))
            state = "CONDITION_FAILED" if failed else "CONDITION_SUCCEEDED"
            execution["conditions"] = [{"type": "Completed", "state": state}]
            execution["completionTime"] = self._google.stamp
            execution["failedCount" if failed else "succeededCount"] = 1
            if failed:
                raise WorkFailedError(f"Execution {_short(name)} has failed")
            return {"@type": "type.googleapis.com/google.cloud.run.v2.Execution", **execution}

        shown = {"@type": "type.googleapis.com/google.cloud.run.v2.Execution", **execution}
        return self._google.operations.begin(request, work, may_fail=False, metadata=shown)

    def _list_executions(self, request: Request) -> Resource:
        parent = request.path.removesuffix("/executions")
        found = [one for name, one in self.executions.items() if name.startswith(f"{parent}/")]
        return {"executions": found[::-1]}


def _short(name: str) -> str:
    return name.rpartition("/")[2]


attach = Run
