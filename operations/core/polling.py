"""Polls long-running operations, and reports those that outlast the timeout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from operations.core.api_client import ApiClient, UnreachableError
from operations.core.errors import FailedError, StillRunningError
from operations.core.google_apis import GoogleApis
from operations.core.runtime import Clock

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0  # seconds between two checks


class OperationFailedError(FailedError):
    """A long-running operation ended with an error; `name` is the name of the operation."""

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(
            message, advice="correct what the message names, and run the command again"
        )
        self.name = name


def until(
    what: str,
    check: Callable[[], T | None],
    *,
    seconds: float,
    clock: Clock,
    on_progress: Callable[[str], object] = str,
) -> T:
    """Call `check` until it returns a value, and return that value.

    `what` names the object in messages, with its name in Google Cloud. `on_progress` gets a line
    before each pause.

    Raises:
        StillRunningError: The timeout of `seconds` expired, or Google cannot be reached any more.
    """
    started, pause = clock.monotonic(), FIRST_PAUSE
    while True:
        try:
            result = check()
        except UnreachableError as error:
            raise StillRunningError(
                f"{what} may still be running: {error}",
                advice="run the command again to wait for it",
            ) from error
        if result is not None:
            return result
        waited = clock.monotonic() - started
        if waited >= seconds:
            raise StillRunningError(
                f"{what} is still running after {seconds:.0f} s",
                advice="it continues at Google; run the command again to wait for it",
            )
        on_progress(f"{waited:.0f} s")
        clock.sleep(min(pause, seconds - waited))
        pause = min(pause * 1.5, LONGEST_PAUSE)


class Poller:
    """Poller of the long-running operations of each API."""

    def __init__(
        self,
        google: GoogleApis,
        client: ApiClient,
        clock: Clock,
        on_progress: Callable[[str], object],
    ) -> None:
        self._google, self._client, self._clock, self._on_progress = (
            google,
            client,
            clock,
            on_progress,
        )

    def until(self, what: str, check: Callable[[], T | None], *, seconds: float) -> T:
        """Call the function `until` with the clock of this command."""
        return until(what, check, seconds=seconds, clock=self._clock, on_progress=self._on_progress)

    def run_operation(self, operation: Mapping[str, Any], *, seconds: float) -> dict[str, Any]:
        """Wait for an operation of Cloud Run and return its response.

        Raises:
            OperationFailedError: it ended with an error.
            StillRunningError: it did not end in that time.
        """
        operations = self._google.run.projects().locations().operations()
        return self._long_running(operations, operation, seconds)

    def sql_operation(
        self, project: str, operation: Mapping[str, Any], *, seconds: float
    ) -> dict[str, Any]:
        """Wait for an operation of Cloud SQL and return it. Raises as `run_operation`."""
        name = str(operation["name"])
        request = self._google.sql.operations().get(project=project, operation=name)

        def check() -> dict[str, Any] | None:
            current: dict[str, Any] = self._client.send(request)
            return current if current["status"] == "DONE" else None

        done = self.until(f"operation {name} of Cloud SQL", check, seconds=seconds)
        errors = done.get("error", {}).get("errors", [])
        if errors:
            messages = "; ".join(f"{error.get('code')}: {error.get('message')}" for error in errors)
            raise OperationFailedError(
                f"operation {name} of Cloud SQL failed: {messages}", name=name
            )
        return done

    def _long_running(
        self, operations: Any, operation: Mapping[str, Any], seconds: float
    ) -> dict[str, Any]:
        """Wait for an operation of the form that most APIs share (google.longrunning)."""
        name = str(operation["name"])
        request = operations.get(name=name)

        def check() -> dict[str, Any] | None:
            current: dict[str, Any] = self._client.send(request)
            return current if current.get("done") else None

        done = self.until(f"operation {name}", check, seconds=seconds)
        if error := done.get("error"):
            raise OperationFailedError(
                f"operation {name} failed: {error.get('message')}", name=name
            )
        response: dict[str, Any] = done.get("response", {})
        return response
