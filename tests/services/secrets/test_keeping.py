"""Tests of the cache of secret values."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from grid_shared import (
    AsyncSecrets,
    SecretDeniedError,
    SecretEmptyError,
    SecretMissingError,
    Secrets,
    SecretUnavailableError,
    SecretValue,
)
from tests.services.secrets.conftest import NAME, RESOURCE, Harness, Reader


def test_value_is_read_again_after_ttl(harness: Harness) -> None:
    reader = harness.reader(jitter=0)
    assert [reader.get(), reader.get()] == ["first", "first"]
    harness.manager.versions[RESOURCE] = b"second"
    harness.now = harness.config.ttl - 1
    assert reader.get() == "first"
    harness.now += 1
    assert reader.get() == "second"
    assert len(harness.manager.requests) == 2


def test_ttl_has_jitter(harness: Harness) -> None:
    for number in range(20):
        harness.manager.versions[RESOURCE.replace(NAME, str(number))] = b"x"
    reader = harness.reader(jitter=0.5)
    for number in range(20):
        reader.get(str(number))
    harness.now = harness.config.ttl
    for number in range(20):
        reader.get(str(number))
    assert 25 < len(harness.manager.requests) < 35  # not all at their nominal end


def test_concurrent_calls_share_one_request(harness: Harness) -> None:
    harness.manager.delay = 0.1
    assert _get_concurrently(harness.reader(), 50) == ["first"] * 50
    assert len(harness.manager.requests) == 1


def test_concurrent_calls_share_one_error(harness: Harness) -> None:
    del harness.manager.versions[RESOURCE]
    harness.manager.delay = 0.1
    reader = harness.reader()
    assert {type(result) for result in _get_concurrently(reader, 20)} == {SecretMissingError}
    harness.manager.versions[RESOURCE] = b"added"
    assert reader.get() == "added"
    assert len(harness.manager.requests) == 2


def _get_concurrently(reader: Reader, times: int) -> list[object]:
    secrets = reader.secrets
    if isinstance(secrets, Secrets):

        def get(_: int) -> object:
            try:
                return secrets.get(NAME).text()
            except SecretMissingError as error:
                return error

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(get, range(times)))

    async def gather(secrets: AsyncSecrets) -> list[object]:
        results = await asyncio.gather(
            *(secrets.get(NAME) for _ in range(times)), return_exceptions=True
        )
        return [value.text() if isinstance(value, SecretValue) else value for value in results]

    return reader.harness.runner.run(gather(secrets))


def test_least_recently_used_value_is_evicted(harness: Harness) -> None:
    harness.manager.versions |= {RESOURCE.replace(NAME, name): b"x" for name in "abc"}
    reader = harness.reader(most=2)
    for name in "abacb":
        reader.get(name)
    assert [resource.split("-")[2][0] for resource in harness.manager.requests] == list("abcb")


def test_empty_version_raises_and_is_not_cached(harness: Harness) -> None:
    harness.manager.versions[RESOURCE] = b""
    reader = harness.reader()
    with pytest.raises(SecretEmptyError, match="versions/latest"):
        reader.get()
    harness.manager.versions[RESOURCE] = b"filled"
    assert reader.get() == "filled"


def test_value_is_read_again_after_invalidation(harness: Harness) -> None:
    reader = harness.reader()
    reader.get()
    harness.manager.versions[RESOURCE] = b"second"
    reader.secrets.invalidate("other")
    assert reader.get() == "first"
    reader.secrets.invalidate(NAME)
    assert reader.get() == "second"
    harness.manager.versions[RESOURCE] = b"third"
    reader.secrets.invalidate()
    assert reader.get() == "third"


def test_request_in_progress_is_not_cached_after_invalidation(harness: Harness) -> None:
    reader = harness.reader()
    harness.manager.delay = 0.2
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(reader.get)
        while not harness.manager.requests:
            time.sleep(0.001)
        reader.secrets.invalidate(NAME)
        assert future.result() == "first"
    harness.manager.versions[RESOURCE] = b"second"
    assert reader.get() == "second"


def test_revoked_secret_is_removed_from_cache(harness: Harness) -> None:
    reader = harness.reader(jitter=0, deadline=0.3)
    reader.get()
    harness.now = harness.config.ttl
    harness.manager.status = grpc.StatusCode.PERMISSION_DENIED
    with pytest.raises(SecretDeniedError, match="secretAccessor"):
        reader.get()
    harness.manager.status = grpc.StatusCode.FAILED_PRECONDITION
    with pytest.raises(SecretMissingError, match="disabled or destroyed"):
        reader.get()
    harness.manager.status = grpc.StatusCode.UNAVAILABLE
    with pytest.raises(SecretUnavailableError):
        reader.get()  # nothing is left to give out
