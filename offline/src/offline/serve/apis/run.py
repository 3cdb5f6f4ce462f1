"""Cloud Run: services with their revisions and traffic, and jobs with their executions.

Revisions start, or do not; traffic moves when its revision is ready (page "Rollbacks, gradual
rollouts, and traffic migration", https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING

from offline.serve.apis.run_containers import fill
from offline.serve.apis.run_images import answer, starts
from offline.serve.apis.run_jobs import Jobs
from offline.serve.apis.run_patch import assign
from offline.serve.apis.run_traffic import LATEST, check, choose
from offline.serve.changes import fill as fill_in
from offline.serve.errors import ApiError
from offline.serve.operations import WorkFailedError
from offline.serve.store import View

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

HELLO = "us-docker.pkg.dev/cloudrun/container/hello"
_SERVICES = "run.projects.locations.services"
_PLACE = r"projects/[^/]+/locations/[^/]+"


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
        """Images that start, and answer every request with 500. What an image that was pushed does
        is in its labels: `offline.serve.apis.run_images`."""
        self.missing: set[str] = set()
        """Images that are not in the registry."""
        self.served: dict[str, list[int]] = {}
        """The statuses that each revision answered, by its full name."""
        google.pages[""] = self.page
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
            "uri": self._address(name),
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

    def _address(self, name: str, tag: str = "") -> str:
        """Return where a service answers: here, or at Cloud Run while nobody listens here."""
        host = f"{tag}---{self._host(name)}" if tag else self._host(name)
        url = self._google.url
        return f"{url}/served/{host}" if url else f"https://{host}.run.app"

    def _host(self, name: str) -> str:
        _, project, _, location, *_ = name.split("/")
        return f"{_short(name)}-{self._google.number(project)}.{location}"

    def page(self, path: str) -> tuple[int, bytes]:
        """Answer a request to a service's address, or to a tag's."""
        tag, _, host = path.partition("/")[0].rpartition("---")
        service = next((one for name, one in self.services.items() if self._host(name) == host), {})
        statuses = service.get("trafficStatuses", [])
        fitting = [one for one in statuses if not tag or one.get("tag") == tag]
        if not fitting:
            return 404, b"there is no such service"
        start = f"{service['name']}/revisions/"
        sent = sum(len(held) for of, held in self.served.items() if of.startswith(start))
        target = fitting[0] if tag else choose(fitting, sent)
        name = start + target["revision"]
        image = str(self.revisions[name]["containers"][0]["image"])
        answered = self.served.setdefault(name, [])
        labels = self._labels(image)
        status = 500 if image in self.ill else answer(labels, path.partition("/")[2], len(answered))
        answered.append(status)
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
        crashes = image in self.crashing or not starts(self._labels(image))
        wrong = wrong or ("The container failed to start" if crashes else "")
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
                status["uri"] = self._address(service["name"], tag)
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
        fill_in(self._google, request.method, name, service, created=True)
        if not request.query.get("validateOnly"):
            self.add(name, service)
        return self._begin(request, service)

    def _patch(self, request: Request) -> Resource:
        service = self._find(request.path)
        if request.body.get("etag") not in {None, service["etag"]}:
            raise ApiError(409, "the service was changed meanwhile: its etag is another")
        wanted = copy.deepcopy(service)
        assign(wanted, request)
        fill_in(self._google, request.method, request.path, wanted, created=False)
        wanted["etag"] = service["etag"]
        check(service["name"], wanted["traffic"], self.revisions)
        force = bool(request.query.get("forceNewRevision"))
        before = copy.deepcopy(service)
        fill_in(self._google, request.method, request.path, before, created=False)
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

    def _give_up(self, service: Resource) -> None:
        """End a change with an error: what is served stays, a new revision is not started."""
        condition = {"type": "Ready", "state": "CONDITION_FAILED", "message": "internal error"}
        service.update(reconciling=False, terminalCondition=condition)
        newest = self.revisions[service["latestCreatedRevision"]]
        if newest["conditions"][0]["state"] == "CONDITION_RECONCILING":
            newest["conditions"] = [condition]

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

    def _labels(self, image: str) -> Mapping[str, str]:
        labels: Mapping[str, str] = self._google.service("artifactregistry").labels(image)
        return labels


def _short(name: str) -> str:
    return name.rpartition("/")[2]


__all__ = ["Run", "attach", "fill"]

attach = Run
