"""Cloud Run: services with their revisions and traffic."""

import copy
from typing import Any

from tests.operations.google.cloud import Cloud, RefusalError, Request
from tests.operations.google.long_running import LongRunning, WorkFailedError

LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"
REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
HELLO = "us-docker.pkg.dev/cloudrun/container/hello"
_SERVICES = "run.projects.locations.services"
_MUTABLE = {"template", "traffic", "labels", "annotations", "client", "clientVersion", "scaling"}
_Json = dict[str, Any]


class Run:
    """Services, revisions, and who answers a request to them."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.operations = LongRunning(cloud, "run.projects.locations.operations.get")
        self.services: dict[str, _Json] = {}
        self.revisions: dict[str, _Json] = {}
        """By full name, in the order of their creation."""
        self.crashing: set[str] = set()
        """Images that never start."""
        self.ill: set[str] = set()
        """Images that start, and answer every request with 500."""
        self.missing: set[str] = set()
        """Images that are not in the registry."""
        self.served: dict[str, list[int]] = {}
        """The statuses that each revision answered, by its short name."""
        for name, handler in {
            f"{_SERVICES}.get": self._get,
            f"{_SERVICES}.list": self._list,
            f"{_SERVICES}.patch": self._patch,
            f"{_SERVICES}.revisions.get": self._get_revision,
            f"{_SERVICES}.revisions.list": self._list_revisions,
            f"{_SERVICES}.revisions.delete": self._delete_revision,
        }.items():
            cloud.answers(name, handler)

    def create(self, name: str, image: str = HELLO) -> None:
        """Create a service by its full name, as Terraform does: all traffic to the latest."""
        short = _short(name)
        service: _Json = {
            "name": name,
            "uri": f"{self._cloud.url}/served/{short}",
            "createTime": self._cloud.stamp,
            "generation": "0",
            "template": {"containers": [{"image": image}]},
            "traffic": [{"type": LATEST, "percent": 100}],
            "trafficStatuses": [],
        }
        self.services[name] = service
        self._changed(service, revise=True)
        self._reconcile(service)

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

    def _get(self, request: Request) -> _Json:
        return copy.deepcopy(self._service(request.path["name"]))

    def _list(self, request: Request) -> _Json:
        prefix = request.path["parent"] + "/services/"
        found = [one for name, one in self.services.items() if name.startswith(prefix)]
        return {"services": copy.deepcopy(found)}

    def _patch(self, request: Request) -> _Json:
        service = self._service(request.path["name"])
        if request.body.get("etag") not in {None, service["etag"]}:
            raise RefusalError(409, "the service was changed meanwhile: its etag is another")
        wanted = copy.deepcopy(service)
        for path in str(request.query.get("updateMask") or ",".join(_MUTABLE)).split(","):
            _assign(wanted, request.body, path.split("."))
        self._check_traffic(service["name"], wanted["traffic"])
        force = bool(request.query.get("forceNewRevision"))
        revise = force or wanted["template"] != service["template"]
        named = wanted["template"].get("revision")
        if revise and named and f"{service['name']}/revisions/{named}" in self.revisions:
            raise RefusalError(409, f"Revision named '{named}' already exists.")
        if not request.query.get("validateOnly"):
            service.update(wanted)
            self._changed(service, revise=revise)

        def work() -> _Json:
            if request.fails:
                self._give_up(service)
            else:
                self._reconcile(service)
            condition = service["terminalCondition"]
            if condition["state"] != "CONDITION_SUCCEEDED":
                raise WorkFailedError(condition["message"])
            return {"@type": "type.googleapis.com/google.cloud.run.v2.Service", **service}

        parent = service["name"].rpartition("/services/")[0]
        return self.operations.begin(parent, work, fails=False)

    def _give_up(self, service: _Json) -> None:
        """End a change with an error: what is served stays, a new revision is not started."""
        condition = {"type": "Ready", "state": "CONDITION_FAILED", "message": "internal error"}
        service.update(reconciling=False, terminalCondition=condition)
        newest = self.revisions[service["latestCreatedRevision"]]
        if newest["conditions"][0]["state"] == "CONDITION_RECONCILING":
            newest["conditions"] = [condition]

    def _changed(self, service: _Json, *, revise: bool) -> None:
        number = self._cloud.number()
        service["generation"] = str(int(service["generation"]) + 1)
        service.update(etag=f'"{number:06x}"', updateTime=self._cloud.stamp, reconciling=True)
        if not revise:
            return
        short = service["template"].get("revision") or f"{_short(service['name'])}-{number:05d}-x"
        name = f"{service['name']}/revisions/{short}"
        self.revisions[name] = {
            "name": name,
            "service": _short(service["name"]),
            "createTime": self._cloud.stamp,
            "labels": service["template"].get("labels", {}),
            "annotations": service["template"].get("annotations", {}),
            "containers": service["template"]["containers"],
            "conditions": [{"type": "Ready", "state": "CONDITION_RECONCILING"}],
        }
        service["latestCreatedRevision"] = name

    def _reconcile(self, service: _Json) -> None:
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
                status["uri"] = f"{self._cloud.url}/served/{tag}---{_short(service['name'])}"
            full = f"{service['name']}/revisions/{status['revision']}"
            if self.revisions[full]["conditions"][0]["state"] != "CONDITION_SUCCEEDED":
                return
            statuses.append(status)
        service["trafficStatuses"] = statuses

    def _check_traffic(self, service: str, traffic: list[_Json]) -> None:
        if sum(one.get("percent", 0) for one in traffic) != 100:
            raise RefusalError(400, "traffic: the percentages must sum to 100")
        tags = [one["tag"] for one in traffic if one.get("tag")]
        if len(tags) != len(set(tags)):
            raise RefusalError(400, "traffic: a tag is used more than once")
        for one in traffic:
            named = one.get("revision")
            if bool(named) == (one.get("type") == LATEST):
                raise RefusalError(400, "traffic: a revision goes with the type REVISION only")
            if named and f"{service}/revisions/{named}" not in self.revisions:
                raise RefusalError(400, f"traffic: there is no revision {named}")

    def _get_revision(self, request: Request) -> _Json:
        found = self.revisions.get(request.path["name"])
        if found is None:
            raise RefusalError(404, f"there is no {request.path['name']}", "notFound")
        return copy.deepcopy(found)

    def _list_revisions(self, request: Request) -> _Json:
        prefix = request.path["parent"] + "/revisions/"
        found = [one for name, one in self.revisions.items() if name.startswith(prefix)]
        return {"revisions": copy.deepcopy(found[::-1])}

    def _delete_revision(self, request: Request) -> _Json:
        name = request.path["name"]
        self._get_revision(request)
        service = self._service(name.rpartition("/revisions/")[0])
        used = {one["revision"] for one in service["trafficStatuses"]}
        if _short(name) in used or name == service.get("latestCreatedRevision"):
            raise RefusalError(400, f"{_short(name)} has traffic or a tag, or is the latest")

        def work() -> _Json:
            return self.revisions.pop(name, {})

        parent = name.rpartition("/services/")[0]
        return self.operations.begin(parent, work, fails=request.fails)

    def _service(self, name: str) -> _Json:
        if name not in self.services:
            raise RefusalError(404, f"Resource '{_short(name)}' does not exist.", "notFound")
        return self.services[name]

    def _image(self, service: _Json, revision: str) -> str:
        found = self.revisions[f"{service['name']}/revisions/{revision}"]
        return str(found["containers"][0]["image"])


def _short(name: str) -> str:
    return name.rpartition("/")[2]


def _assign(to: _Json, given: _Json, path: list[str]) -> None:
    """Copy one field of an update mask."""
    first, *rest = path
    if rest and isinstance(given.get(first), dict):
        _assign(to.setdefault(first, {}), given[first], rest)
    elif first in given:
        to[first] = given[first]
    elif not rest and first not in {"template", "traffic"}:
        to.pop(first, None)
