"""Tests of secrets during outages of Secret Manager."""

import grpc
import pytest

from grid_shared import (
    SecretDeniedError,
    SecretError,
    Secrets,
    SecretsConfig,
    SecretUnavailableError,
)
from tests.services.secrets.conftest import Harness


def test_stale_value_is_returned_until_stale_limit(harness: Harness) -> None:
    reader = harness.reader(jitter=0, stale=100, retry_after=10, deadline=0.3)
    assert reader.get() == "first"
    harness.manager.status = grpc.StatusCode.UNAVAILABLE
    for harness.now in (300, 350, 399.9):
        assert reader.get() == "first"
    harness.now = 400
    with pytest.raises(SecretUnavailableError, match="does not answer"):
        reader.get()


def test_requests_are_limited_by_retry_after_during_outage(harness: Harness) -> None:
    reader = harness.reader(jitter=0, retry_after=10, deadline=0.3)
    reader.get()
    harness.now = 300
    harness.manager.status = grpc.StatusCode.UNAVAILABLE
    reader.get()
    count = len(harness.manager.requests)
    for _ in range(100):
        reader.get()
    assert len(harness.manager.requests) == count
    harness.manager.status = None
    harness.manager.versions = dict.fromkeys(harness.manager.versions, b"second")
    harness.now += 10
    assert reader.get() == "second"


@pytest.mark.parametrize(
    "status", ["INTERNAL", "UNKNOWN", "ABORTED", "UNAUTHENTICATED", "CANCELLED", "DATA_LOSS"]
)
def test_stale_value_is_returned_when_error_says_nothing_about_secret(
    harness: Harness, status: str
) -> None:
    reader = harness.reader(jitter=0, stale=100, deadline=0.3)
    assert reader.get() == "first"
    harness.manager.status = grpc.StatusCode[status]
    harness.now = 300
    assert reader.get() == "first"
    harness.now = 400
    with pytest.raises(SecretUnavailableError):
        reader.get()


@pytest.mark.parametrize("status", ["NOT_FOUND", "PERMISSION_DENIED", "FAILED_PRECONDITION"])
def test_value_is_forgotten_when_secret_is_gone_or_denied(harness: Harness, status: str) -> None:
    reader = harness.reader(jitter=0, stale=100, deadline=0.3)
    assert reader.get() == "first"
    harness.manager.status = grpc.StatusCode[status]
    harness.now = 300
    with pytest.raises(SecretError):
        reader.get()
    harness.manager.status = grpc.StatusCode.UNAVAILABLE
    with pytest.raises(SecretUnavailableError):
        reader.get()


def test_missing_credentials_are_an_error_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")
    secrets = Secrets(SecretsConfig(project="grid-test-example"))
    with pytest.raises(SecretDeniedError, match="there are no credentials; on Cloud Run"):
        secrets.get("jwt-secret")


@pytest.mark.parametrize("failures", [1, 2])
def test_transient_error_is_retried(harness: Harness, failures: int) -> None:
    harness.manager.unavailable_responses = failures
    assert harness.reader().get() == "first"
    assert len(harness.manager.requests) == failures + 1


def test_get_fails_after_deadline_when_server_hangs(harness: Harness) -> None:
    harness.manager.delay = 0.5
    with pytest.raises(SecretUnavailableError, match="does not answer"):
        harness.reader(deadline=0.2).get()


def test_get_fails_when_server_is_unreachable(harness: Harness) -> None:
    harness.manager.address = "127.0.0.1:1"
    with pytest.raises(SecretUnavailableError):
        harness.reader(deadline=0.3).get()


def test_stale_value_is_returned_when_checksum_differs(harness: Harness) -> None:
    harness.manager.damaged = True
    reader = harness.reader(jitter=0)
    with pytest.raises(SecretUnavailableError, match="CRC32C"):
        reader.get()
    harness.manager.damaged = False
    assert reader.get() == "first"
    harness.manager.damaged = True
    harness.manager.versions = dict.fromkeys(harness.manager.versions, b"second")
    harness.now = 300
    assert reader.get() == "first"


def test_error_names_unexpected_status(harness: Harness) -> None:
    harness.manager.status = grpc.StatusCode.INVALID_ARGUMENT
    with pytest.raises(SecretError, match="InvalidArgument"):
        harness.reader().get()
