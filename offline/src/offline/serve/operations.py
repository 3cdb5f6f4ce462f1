"""Operations: work that an API begins with a request, and that ends later.

There are two forms. google.longrunning.Operation has `done` (AIP-151, https://google.aip.dev/151);
Compute Engine, Cloud SQL and some others have `status` (page "Handling API responses",
https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from offline.serve.errors import NotFoundError
from offline.serve.shapes import schema_of

if TYPE_CHECKING:
    from offline.serve.request import Request
    from offline.serve.state import State

_PACKAGES = {
    "aiplatform": "google.cloud.aiplatform.v1",
    "artifactregistry": "google.devtools.artifactregistry.v1",
    "redis": "google.cloud.redis.v1",
    "run": "google.cloud.run.v2",
    "vpcaccess": "google.cloud.vpcaccess.v1",
    "workflows": "google.cloud.workflows.v1",
}
"""Packages of the messages in operations, which Google's clients look up by name
(https://github.com/googleapis/googleapis)."""
Work = Callable[[], dict[str, Any] | None]
_SCOPE = re.compile(r"(?:projects|organizations|folders)/[^/:]+(?:/locations/[^/:]+)?")
_COMPUTE_SCOPE = re.compile(r"projects/[^/]+(?:/(?:global|(?:regions|zones|locations)/[^/]+))?")
_UNSCOPED = {"cloudresourcemanager", "servicenetworking", "serviceusage"}
"""APIs whose operations are named operations/ID, without a project."""


class WorkFailedError(Exception):
    """Work ended with an error; `code` is the name that Cloud SQL gives it."""

    def __init__(self, message: str, code: str = "INTERNAL_ERROR") -> None:
        super().__init__(message)
        self.message, self.code = message, code


class Operations:
    """Every operation, and the work that has not ended yet."""

    def __init__(self, google: State) -> None:
        self._google = google
        self.takes = 0
        """After how many more requests begun work is done; 0 does it at once."""
        self.held: dict[str, dict[str, Any]] = {}
        """By the last part of their names, in the order of their beginning."""
        self._waiting: list[tuple[int, Callable[[], None]]] = []
        self._requests = 0

    def tick(self) -> None:
        """Let one request pass, and end the work that is due."""
        self._requests += 1
        due = [work for at, work in self._waiting if at <= self._requests]
        self._waiting = [(at, work) for at, work in self._waiting if at > self._requests]
        for work in due:
            work()
        self._google.store.generation += bool(due)

    def settle(self) -> None:
        """End all the work that was begun."""
        while self._waiting:
            self._waiting.pop(0)[1]()

    def later(self, work: Callable[[], None]) -> None:
        """Do work after some more requests, or now."""
        if self.takes:
            self._waiting.append((self._requests + self.takes, work))
        else:
            work()

    def reply(self, request: Request, resource: dict[str, Any] | None) -> dict[str, Any]:
        """Answer with the resource, or with an operation where the method returns one."""
        if request.method.operation_style:
            return self.begin(request, lambda: resource, target=resource)
        return resource if resource is not None else {}

    def begin(
        self,
        request: Request,
        work: Work,
        *,
        target: dict[str, Any] | None = None,
        may_fail: bool = True,
        **more: Any,
    ) -> dict[str, Any]:
        """Begin work and return its operation; `more` are further fields of that.

        The work returns the response of the operation, or raises WorkFailedError. A request whose
        work has to fail does not begin it, unless `may_fail` is false: then the work does that.
        """
        identifier = f"operation-{self._google.store.serial():08x}"
        has_status = request.method.operation_style == "status"
        make = self._with_status if has_status else self._with_done
        operation = {**make(request, identifier, target or {}), **more}
        self.held[identifier] = operation

        def end() -> None:
            try:
                if request.fails and may_fail:
                    raise WorkFailedError("internal error")
                response = work()
            except WorkFailedError as error:
                if has_status:
                    errors = [{"code": error.code, "message": error.message}]
                    operation.update(status="DONE", error={"errors": errors})
                else:
                    operation.update(done=True, error={"code": 13, "message": error.message})
            else:
                if has_status:
                    operation.update(status="DONE", progress=100)
                else:
                    kind = {"@type": _type_of(request, response)}
                    operation.update(done=True, response=kind | (response or {}))
            if has_status:
                operation["endTime"] = self._google.stamp
            self._trim(request, operation)

        self.later(end)
        self._trim(request, operation)
        return dict(operation)

    def get(self, name: str) -> dict[str, Any]:
        """Return an operation by its name, or by the last part of it."""
        found = self.held.get(name.rpartition("/")[2])
        if found is None:
            raise NotFoundError(name)
        return dict(found)

    def _trim(self, request: Request, operation: dict[str, Any]) -> None:
        """Leave out the fields that this API's operations do not have."""
        known = request.method.document.properties(request.method.response)
        # GKE describes its progress in an object, and has names of its own for what is done.
        for name, value in list(operation.items()):
            fits = name in known and not (isinstance(value, int) and "$ref" in known[name])
            if not fits or value not in known[name].get("enum", [value]):
                del operation[name]

    def _with_done(self, request: Request, identifier: str, _: dict[str, Any]) -> dict[str, Any]:
        scope = _SCOPE.match(request.path)
        scoped = scope and request.api not in _UNSCOPED
        name = f"{scope[0]}/operations/{identifier}" if scope and scoped else None
        return {"name": name or f"operations/{identifier}"}

    def _with_status(
        self, request: Request, identifier: str, target: dict[str, Any]
    ) -> dict[str, Any]:
        scope = _COMPUTE_SCOPE.match(request.path)
        where = scope[0] if scope else request.path
        if request.api == "compute" and where.count("/") == 1:
            where += "/global"
        base = f"https://www.googleapis.com/compute/v1/{where}"
        target_id = str(target.get("id", ""))
        stamp = self._google.stamp
        operation: dict[str, Any] = {
            "kind": f"{request.api.removesuffix('admin')}#operation",
            "id": str(self._google.store.serial()),
            "name": identifier,
            "status": "PENDING",
            "progress": 0,
            "operationType": request.method.verb_name,
            "targetLink": target.get("selfLink", ""),
            "targetId": target_id if target_id.isdigit() else str(self._google.store.serial()),
            "targetProject": self._google.project,
            "insertTime": stamp,
            "startTime": stamp,
            "user": request.caller.partition(":")[2],
            "selfLink": f"{base}/operations/{identifier}",
        }
        for kind in ("region", "zone"):
            if f"/{kind}s/" in where:
                operation[kind] = base
        return operation


def _type_of(request: Request, response: dict[str, Any] | None) -> str:
    """Return the type of an operation's response: that of the resource, or Empty."""
    package = _PACKAGES.get(request.api)
    if not response or package is None:
        return "type.googleapis.com/google.protobuf.Empty"
    prefix = "".join(word.capitalize() for word in package.split("."))
    return f"type.googleapis.com/{package}.{schema_of(request.method).removeprefix(prefix)}"
