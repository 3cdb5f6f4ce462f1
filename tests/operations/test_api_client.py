"""Sending again what may be sent again, and looking before the rest."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError, OAuthError, RefreshError
from google.oauth2.credentials import Credentials

from offline.serve.errors import ApiError
from offline.serve.faults import Fault, Kind
from offline.serve.request import Answer, Media, Request
from offline.serve.server import Server
from operations.core.api_client import (
    MAX_ATTEMPTS,
    ApiClient,
    GoogleError,
    UnknownResultError,
    UnreachableError,
)
from operations.core.errors import BlockedError, FailedError, UsageError
from operations.core.google_apis import GoogleApis, authorized_session
from operations.core.runtime import Runtime
from tests.operations.commandline import TIMEOUT, Clock
from tests.operations.platform import INSTANCE, PROJECT

INSERT = "sql.backupRuns.insert"


@pytest.fixture
def google(server: Server) -> GoogleApis:
    return GoogleApis(Runtime(endpoint=server.url, timeout_seconds=TIMEOUT))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(google: GoogleApis, clock: Clock) -> ApiClient:
    return ApiClient(google, clock)


def read_request(google: GoogleApis) -> Any:
    return google.sql.instances().get(project=PROJECT, instance=INSTANCE)


def backup_request(google: GoogleApis) -> Any:
    body = {"description": "once"}
    return google.sql.backupRuns().insert(project=PROJECT, instance=INSTANCE, body=body)


def newest_backup(google: GoogleApis, client: ApiClient) -> Callable[[], Any]:
    request = google.sql.backupRuns().list(project=PROJECT, instance=INSTANCE)
    return lambda: next(iter(client.send(request).get("items", [])), None)


@pytest.mark.parametrize("kind", ["429", "503", "hang", "lost"])
def test_read_request_is_retried(
    kind: Kind, google: GoogleApis, client: ApiClient, clock: Clock, server: Server
) -> None:
    server.faults.add(Fault(kind))
    assert client.send(read_request(google))["name"] == INSTANCE
    assert clock.passed > 0


def test_retry_waits_for_retry_after_header(
    google: GoogleApis, client: ApiClient, clock: Clock, server: Server
) -> None:
    server.faults.add(Fault("429"))
    client.send(backup_request(google))
    assert clock.passed == 2


def test_read_request_fails_after_max_attempts(
    google: GoogleApis, client: ApiClient, server: Server
) -> None:
    for at in range(1, MAX_ATTEMPTS + 1):
        server.faults.add(Fault("503", at))
    with pytest.raises(UnreachableError, match=r"503 to GET .*6 times"):
        client.send(read_request(google))


@pytest.mark.parametrize("kind", ["503", "hang", "lost"])
def test_write_request_is_not_retried_when_result_is_unknown(
    kind: Kind, google: GoogleApis, client: ApiClient, server: Server
) -> None:
    server.faults.add(Fault(kind))
    with pytest.raises(UnknownResultError):
        client.send(backup_request(google))
    assert server.count(INSERT) == (kind == "lost")


@pytest.mark.parametrize("kind", ["429", "503", "hang", "lost"])
def test_ensure_applies_change_once_when_response_is_lost(
    kind: Kind, google: GoogleApis, client: ApiClient, server: Server
) -> None:
    server.faults.add(Fault(kind, methods=INSERT))
    found = client.ensure(
        "a backup", newest_backup(google, client), lambda: client.send(backup_request(google))
    )
    assert found["description"] == "once"
    assert server.count(INSERT) == 1


def test_ensure_changes_nothing_when_change_exists(
    google: GoogleApis, client: ApiClient, server: Server
) -> None:
    client.send(backup_request(google))
    client.ensure(
        "a backup", newest_backup(google, client), lambda: client.send(backup_request(google))
    )
    assert server.count(INSERT) == 1


def test_ensure_fails_when_accepted_change_has_no_effect(client: ApiClient) -> None:
    with pytest.raises(
        FailedError,
        match="a backup: Google Cloud accepted the request, and the object does not exist",
    ):
        client.ensure("a backup", lambda: None, lambda: None)


def test_write_request_is_retried_while_another_operation_runs(
    google: GoogleApis, client: ApiClient, server: Server
) -> None:
    client.send(backup_request(google))
    client.send(backup_request(google))
    assert server.count(INSERT) == 2


def test_api_error_has_status_and_reason(google: GoogleApis, client: ApiClient) -> None:
    request = google.sql.instances().get(project=PROJECT, instance="another")
    with pytest.raises(GoogleError) as refused:
        client.send(request)
    assert (refused.value.status, refused.value.reason) == (404, "instanceDoesNotExist")
    assert client.find(request) is None


def test_api_error_has_advice(google: GoogleApis, client: ApiClient, server: Server) -> None:
    def refuse(_: Request) -> Answer:
        raise ApiError(403, "Permission 'cloudsql.instances.get' denied", "forbidden")

    server.google.answers("sql.instances.get", refuse)
    with pytest.raises(GoogleError, match=r"cloudsql\.instances\.get") as refused:
        client.send(read_request(google))
    assert "docs/reference/permissions.md" in refused.value.advice


def test_progress_is_reported_before_retry(
    google: GoogleApis, clock: Clock, server: Server
) -> None:
    told: list[str] = []
    server.faults.add(Fault("503"))
    ApiClient(google, clock, on_progress=told.append).send(read_request(google))
    (line,) = told
    assert "Google answered 503" in line
    assert line.endswith(f"retrying in {clock.passed:.0f} s")


def test_html_response_is_an_unknown_result(
    google: GoogleApis, client: ApiClient, server: Server
) -> None:
    page = Media(b"<html>Log in to the proxy</html>", {})
    server.google.answers("sql.instances.get", lambda _: page)
    with pytest.raises(UnreachableError, match="is not JSON") as failed:
        client.send(read_request(google))
    assert "network" in failed.value.advice


class Tokens(AnonymousCredentials):
    """Credentials whose tokens cannot be had."""

    def __init__(self, error: GoogleAuthError) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.error = error

    def before_request(self, *_: object) -> None:
        raise self.error


@pytest.mark.parametrize("kind", [RefreshError, OAuthError])
def test_rejected_credentials_are_a_usage_error(
    kind: type[GoogleAuthError], google: GoogleApis, client: ApiClient
) -> None:
    google.credentials = Tokens(kind("invalid_grant"))
    with pytest.raises(UsageError, match="invalid_grant") as refused:
        client.send(read_request(google))
    assert "gcloud auth" in refused.value.advice


def test_token_request_is_retried_when_retryable(google: GoogleApis, client: ApiClient) -> None:
    google.credentials = Tokens(RefreshError("the metadata server is busy", retryable=True))
    with pytest.raises(UnreachableError, match="busy"):
        client.send(read_request(google))


def test_dry_run_blocks_write_requests(google: GoogleApis, clock: Clock, server: Server) -> None:
    client = ApiClient(google, clock, dry_run=True)
    client.send(read_request(google))
    with pytest.raises(BlockedError, match="a dry run cannot send POST"):
        client.send(backup_request(google))
    assert server.count(INSERT) == 0


def test_token_is_not_replaced_by_netrc_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password hunter2\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    session = authorized_session(Credentials("a-token"), direct=False)
    answer = session.get(f"{server.url}/served/anything")
    assert answer.request.headers["authorization"] == "Bearer a-token"


def test_api_collection_is_built_once(google: GoogleApis) -> None:
    assert google.run.projects() is google.run.projects()
    assert google.sql.instances() is google.sql.instances()
