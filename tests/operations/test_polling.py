"""Waiting for long-running operations."""

from itertools import pairwise

import pytest

from offline.serve.faults import Fault, Kind
from offline.serve.server import Server
from operations.core.api_client import MAX_ATTEMPTS, ApiClient
from operations.core.errors import StillRunningError
from operations.core.google_apis import GoogleApis
from operations.core.polling import OperationFailedError, Poller, until
from operations.core.runtime import Runtime
from tests.operations.commandline import PATIENCE, TIMEOUT, Clock
from tests.operations.platform import INSTANCE, PROJECT, LocalGoogle, job_name


class Waiting:
    """Everything that waits, against one server."""

    def __init__(self, server: Server, timeout_seconds: float = PATIENCE) -> None:
        self.clock = Clock()
        self.google = GoogleApis(Runtime(endpoint=server.url, timeout_seconds=timeout_seconds))
        self.client = ApiClient(self.google, self.clock)
        self.poller = Poller(self.google, self.client, self.clock, str)

    def back_up(self) -> dict[str, object]:
        request = self.google.sql.backupRuns().insert(project=PROJECT, instance=INSTANCE, body={})
        return dict(self.client.send(request))

    def migrate(self) -> dict[str, object]:
        jobs = self.google.run.projects().locations().jobs()
        return dict(self.client.send(jobs.run(name=job_name(), body={})))


@pytest.fixture
def waiting(server: Server) -> Waiting:
    return Waiting(server)


def test_poller_waits_for_cloud_sql_operation(waiting: Waiting) -> None:
    done = waiting.poller.sql_operation(PROJECT, waiting.back_up(), seconds=600)
    assert done["status"] == "DONE"
    assert waiting.clock.passed > 0


def test_failed_operation_error_has_name(waiting: Waiting, server: Server) -> None:
    server.faults.add(Fault("operation"))
    begun = waiting.back_up()
    with pytest.raises(OperationFailedError, match="INTERNAL_ERROR: internal error") as failed:
        waiting.poller.sql_operation(PROJECT, begun, seconds=600)
    assert failed.value.name == begun["name"]


def test_poller_returns_response_of_cloud_run_operation(waiting: Waiting) -> None:
    execution = waiting.poller.run_operation(waiting.migrate(), seconds=600)
    assert execution["succeededCount"] == 1


def test_failed_job_execution_is_reported(waiting: Waiting, cloud: LocalGoogle) -> None:
    cloud.jobs.failing.add(job_name())
    with pytest.raises(OperationFailedError, match="has failed"):
        waiting.poller.run_operation(waiting.migrate(), seconds=600)


def test_timeout_error_names_running_operation(waiting: Waiting, cloud: LocalGoogle) -> None:
    cloud.operations.takes = 1000
    begun = waiting.back_up()
    with pytest.raises(StillRunningError, match=f"{begun['name']} .* still running after 60 s"):
        waiting.poller.sql_operation(PROJECT, begun, seconds=60)
    assert waiting.clock.passed == pytest.approx(60)


def test_poller_retries_after_faults(server: Server) -> None:
    waiting = Waiting(server, TIMEOUT)
    begun = waiting.back_up()
    kinds: list[Kind] = ["503", "hang", "lost", "429"]
    for at, kind in enumerate(kinds, start=1):
        server.faults.add(Fault(kind, at))
    assert waiting.poller.sql_operation(PROJECT, begun, seconds=600)["status"] == "DONE"


def test_unreachable_api_means_operation_may_still_run(waiting: Waiting, server: Server) -> None:
    begun = waiting.back_up()
    for at in range(1, MAX_ATTEMPTS + 1):
        server.faults.add(Fault("503", at))
    with pytest.raises(StillRunningError, match="may still be running"):
        waiting.poller.sql_operation(PROJECT, begun, seconds=600)


def test_polling_interval_grows() -> None:
    clock, looks = Clock(), []

    def look() -> bool | None:
        looks.append(clock.passed)
        return True if clock.passed > 300 else None

    assert until("it", look, seconds=600, clock=clock)
    pauses = [after - before for before, after in pairwise(looks)]
    assert pauses[0] == 1
    assert max(pauses) == 15
    assert pauses == sorted(pauses)
