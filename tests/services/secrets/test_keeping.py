"""How long a value is used, and what is never kept."""

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
from tests.services.secrets.conftest import NAME, RESOURCE, Reader, World


def test_a_value_is_used_for_its_ttl(world: World) -> None:
    reader = world.reader(jitter=0)
    assert [reader.get(), reader.get()] == ["first", "first"]
    world.manager.versions[RESOURCE] = b"second"
    world.now = world.config.ttl - 1
    assert reader.get() == "first"
    world.now += 1
    assert reader.get() == "second"
    assert len(world.manager.asked) == 2


def test_ttls_are_spread(world: World) -> None:
    for number in range(20):
        world.manager.versions[RESOURCE.replace(NAME, str(number))] = b"x"
    reader = world.reader(jitter=0.5)
    for number in range(20):
        reader.get(str(number))
    world.now = world.config.ttl
    for number in range(20):
        reader.get(str(number))
    assert 25 < len(world.manager.asked) < 35  # not all at their nominal end


def test_calls_at_once_share_one_read(world: World) -> None:
    world.manager.takes = 0.1
    assert _at_once(world.reader(), 50) == ["first"] * 50
    assert len(world.manager.asked) == 1


def test_calls_at_once_share_one_error_and_the_next_asks_again(world: World) -> None:
    del world.manager.versions[RESOURCE]
    world.manager.takes = 0.1
    reader = world.reader()
    assert {type(got) for got in _at_once(reader, 20)} == {SecretMissingError}
    world.manager.versions[RESOURCE] = b"added"
    assert reader.get() == "added"
    assert len(world.manager.asked) == 2


def _at_once(reader: Reader, times: int) -> list[object]:
    secrets = reader.secrets
    if isinstance(secrets, Secrets):

        def one(_: int) -> object:
            try:
                return secrets.get(NAME).text()
            except SecretMissingError as error:
                return error

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(one, range(times)))

    async def gather(secrets: AsyncSecrets) -> list[object]:
        got = await asyncio.gather(
            *(secrets.get(NAME) for _ in range(times)), return_exceptions=True
        )
        return [value.text() if isinstance(value, SecretValue) else value for value in got]

    return reader.world.runner.run(gather(secrets))


def test_the_least_recently_used_goes(world: World) -> None:
    world.manager.versions |= {RESOURCE.replace(NAME, name): b"x" for name in "abc"}
    reader = world.reader(most=2)
    for name in "abacb":
        reader.get(name)
    assert [resource.split("-")[2][0] for resource in world.manager.asked] == list("abcb")


def test_an_empty_version_is_an_error_and_not_kept(world: World) -> None:
    world.manager.versions[RESOURCE] = b""
    reader = world.reader()
    with pytest.raises(SecretEmptyError, match="versions/latest"):
        reader.get()
    world.manager.versions[RESOURCE] = b"filled"
    assert reader.get() == "filled"


def test_invalidated_is_read_again(world: World) -> None:
    reader = world.reader()
    reader.get()
    world.manager.versions[RESOURCE] = b"second"
    reader.secrets.invalidate("other")
    assert reader.get() == "first"
    reader.secrets.invalidate(NAME)
    assert reader.get() == "second"
    world.manager.versions[RESOURCE] = b"third"
    reader.secrets.invalidate()
    assert reader.get() == "third"


def test_what_was_being_read_when_invalidated_is_not_kept(world: World) -> None:
    reader = world.reader()
    world.manager.takes = 0.2
    with ThreadPoolExecutor(1) as pool:
        begun = pool.submit(reader.get)
        while not world.manager.asked:
            time.sleep(0.001)
        reader.secrets.invalidate(NAME)
        assert begun.result() == "first"
    world.manager.versions[RESOURCE] = b"second"
    assert reader.get() == "second"


def test_a_revoked_secret_is_not_given_out_longer(world: World) -> None:
    reader = world.reader(jitter=0, deadline=0.3)
    reader.get()
    world.now = world.config.ttl
    world.manager.fails = grpc.StatusCode.PERMISSION_DENIED
    with pytest.raises(SecretDeniedError, match="secretAccessor"):
        reader.get()
    world.manager.fails = grpc.StatusCode.FAILED_PRECONDITION
    with pytest.raises(SecretMissingError, match="disabled or destroyed"):
        reader.get()
    world.manager.fails = grpc.StatusCode.UNAVAILABLE
    with pytest.raises(SecretUnavailableError):
        reader.get()  # nothing is left to give out
