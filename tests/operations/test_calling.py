"""Sending again what may be sent again, and looking before the rest."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError, OAuthError, RefreshError
from google.oauth2.credentials import Credentials

from operations.core.api_client import TRIES, Calls, GoogleError, UnreachableError, UnsureError
from operations.core.errors import FailedError, RefusedError, UsageError
from operations.core.google_apis import Google, authorized
from operations.core.runtime import Machine
from tests.operations.commandline import TIMEOUT, Clock
from tests.operations.google.cloud import Answer, RefusalError, Request
from tests.operations.google.faults import Fault, Kind
from tests.operations.google.server import Server
from tests.operations.platform import INSTANCE, PROJECT

INSERT = "sql.backupRuns.insert"


@pytest.fixture
def google(server: Server) -> Google:
    return Google(Machine(endpoint=server.url, timeout_seconds=TIMEOUT))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def calls(google: Google, clock: Clock) -> Calls:
    return Calls(google, clock)


def reading(google: Google) -> Any:
    return google.sql.instances().get(project=PROJECT, instance=INSTANCE)


def backing_up(google: Google) -> Any:
    body = {"description": "once"}
    return google.sql.backupRuns().insert(project=PROJECT, instance=INSTANCE, body=body)


def looking(google: Google, calls: Calls) -> Callable[[], Any]:
    request = google.sql.backupRuns().list(project=PROJECT, instance=INSTANCE)
    return lambda: next(iter(calls.call(request).get("items", [])), None)


@pytest.mark.parametrize("kind", ["429", "503", "hang", "lost"])
def test_a_reading_is_sent_again(
    kind: Kind, google: Google, calls: Calls, clock: Clock, server: Server
) -> None:
    server.faults.add(Fault(kind))
    assert calls.call(reading(google))["name"] == INSTANCE
    assert clock.passed > 0


def test_google_says_how_long_to_wait(
    google: Google, calls: Calls, clock: Clock, server: Server
) -> None:
    server.faults.add(Fault("429"))
    calls.call(backing_up(google))
    assert clock.passed == 2


def test_a_reading_is_given_up_in_the_end(google: Google, calls: Calls, server: Server) -> None:
    for at in range(1, TRIES + 1):
        server.faults.add(Fault("503", at))
    with pytest.raises(UnreachableError, match=r"503 to GET .*6 times"):
        calls.call(reading(google))


@pytest.mark.parametrize("kind", ["503", "hang", "lost"])
def test_a_change_is_sent_once(kind: Kind, google: Google, calls: Calls, server: Server) -> None:
    server.faults.add(Fault(kind))
    with pytest.raises(UnsureError):
        calls.call(backing_up(google))
    assert server.count(INSERT) == (kind == "lost")


@pytest.mark.parametrize("kind", ["429", "503", "hang", "lost"])
def test_what_is_ensured_is_there_once(
    kind: Kind, google: Google, calls: Calls, server: Server
) -> None:
    server.faults.add(Fault(kind, methods=INSERT))
    found = calls.ensure("a backup", looking(google, calls), lambda: calls.call(backing_up(google)))
    assert found["description"] == "once"
    assert server.count(INSERT) == 1


def test_what_is_there_is_not_changed(google: Google, calls: Calls, server: Server) -> None:
    calls.call(backing_up(google))
    calls.ensure("a backup", looking(google, calls), lambda: calls.call(backing_up(google)))
    assert server.count(INSERT) == 1


def test_a_change_that_makes_no_difference_is_told(calls: Calls) -> None:
    with pytest.raises(FailedError, match="a backup: Google accepted it, and it is not there"):
        calls.ensure("a backup", lambda: None, lambda: None)


def test_another_operation_in_progress_is_waited_for(
    google: Google, calls: Calls, server: Server
) -> None:
    calls.call(backing_up(google))
    calls.call(backing_up(google))
    assert server.count(INSERT) == 2


def test_a_refusal_is_told_with_its_reason(google: Google, calls: Calls) -> None:
    request = google.sql.instances().get(project=PROJECT, instance="another")
    with pytest.raises(GoogleError) as refused:
        calls.call(request)
    assert (refused.value.status, refused.value.reason) == (404, "instanceDoesNotExist")
    assert calls.find(request) is None


def test_what_is_refused_says_what_to_do(google: Google, calls: Calls, server: Server) -> None:
    def refuse(_: Request) -> Answer:
        raise RefusalError(403, "Permission 'cloudsql.instances.get' denied", "forbidden")

    server.cloud.answers("sql.instances.get", refuse)
    with pytest.raises(GoogleError, match=r"cloudsql\.instances\.get") as refused:
        calls.call(reading(google))
    assert "docs/ci.md" in refused.value.advice


def test_a_pause_is_told(google: Google, clock: Clock, server: Server) -> None:
    told: list[str] = []
    server.faults.add(Fault("503"))
    Calls(google, clock, told=told.append).call(reading(google))
    (line,) = told
    assert "Google answered 503" in line
    assert line.endswith(f"again in {clock.passed:.0f} s")


def test_a_page_is_no_answer(google: Google, calls: Calls, server: Server) -> None:
    server.cloud.answers("sql.instances.get", lambda _: b"<html>Log in to the proxy</html>")
    with pytest.raises(UnreachableError, match="is no JSON") as failed:
        calls.call(reading(google))
    assert "network" in failed.value.advice


class Tokens(AnonymousCredentials):
    """Credentials whose tokens cannot be had."""

    def __init__(self, error: GoogleAuthError) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.error = error

    def before_request(self, *_: object) -> None:
        raise self.error


@pytest.mark.parametrize("kind", [RefreshError, OAuthError])
def test_credentials_that_are_refused_are_told(
    kind: type[GoogleAuthError], google: Google, calls: Calls
) -> None:
    google.credentials = Tokens(kind("invalid_grant"))
    with pytest.raises(UsageError, match="invalid_grant") as refused:
        calls.call(reading(google))
    assert "gcloud auth" in refused.value.advice


def test_a_token_that_is_late_is_waited_for(google: Google, calls: Calls) -> None:
    google.credentials = Tokens(RefreshError("the metadata server is busy", retryable=True))
    with pytest.raises(UnreachableError, match="busy"):
        calls.call(reading(google))


def test_a_dry_run_sends_no_change(google: Google, clock: Clock, server: Server) -> None:
    calls = Calls(google, clock, dry_run=True)
    calls.call(reading(google))
    with pytest.raises(RefusedError, match="a dry run changes nothing"):
        calls.call(backing_up(google))
    assert server.count(INSERT) == 0


def test_no_password_takes_the_place_of_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password hunter2\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    session = authorized(Credentials("a-token"), direct=False)
    answer = session.get(f"{server.url}/served/anything")
    assert answer.request.headers["authorization"] == "Bearer a-token"


def test_a_collection_is_made_once(google: Google) -> None:
    assert google.run.projects() is google.run.projects()
    assert google.sql.instances() is google.sql.instances()
