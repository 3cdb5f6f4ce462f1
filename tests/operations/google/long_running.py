"""Long-running operations of the form that most APIs share (google.longrunning.Operation)."""

from collections.abc import Callable
from typing import Any

from tests.operations.google.cloud import Cloud, RefusalError, Request

Work = Callable[[], dict[str, Any]]


class WorkFailedError(Exception):
    """Work ended with an error; the message is Google's."""


class LongRunning:
    """The operations of one API."""

    def __init__(self, cloud: Cloud, get: str) -> None:
        self._cloud = cloud
        self._operations: dict[str, dict[str, Any]] = {}
        cloud.answers(get, self._get)

    def begin(
        self, parent: str, work: Work, *, fails: bool, metadata: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Begin work that returns its response, or raises WorkFailedError; it ends later."""
        operation: dict[str, Any] = {"name": f"{parent}/operations/{self._cloud.number():08x}"}
        if metadata is not None:
            operation["metadata"] = metadata
        self._operations[operation["name"]] = operation

        def end() -> None:
            try:
                response = work()
            except WorkFailedError as error:
                operation.update(done=True, error={"code": 13, "message": str(error)})
            else:
                operation.update(done=True, response=response)

        def fail() -> None:
            operation.update(done=True, error={"code": 13, "message": "internal error"})

        self._cloud.later(fail if fails else end)
        return dict(operation)

    def _get(self, request: Request) -> dict[str, Any]:
        found = self._operations.get(request.path["name"])
        if found is None:
            raise RefusalError(404, f"there is no {request.path['name']}")
        return dict(found)
