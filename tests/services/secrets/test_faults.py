"""Secret Manager down, slow or damaged."""

import grpc
import pytest

from grid_shared import SecretError, SecretUnavailableError
from tests.services.secrets.conftest import World


def test_an_older_value_within_its_stale_limit_and_an_error_after(world: World) -> None:
    reader = world.reader(jitter=0, stale=100, retry_after=10, deadline=0.3)
    assert reader.get() == "first"
    world.manager.fails = grpc.StatusCode.UNAVAILABLE
    for world.now in (300, 350, 399.9):
        assert reader.get() == "first"
    world.now = 400
    with pytest.raises(SecretUnavailableError, match="does not answer"):
        reader.get()


def test_it_is_not_asked_at_every_call_while_it_is_down(world: World) -> None:
    reader = world.reader(jitter=0, retry_after=10, deadline=0.3)
    reader.get()
    world.now = 300
    world.manager.fails = grpc.StatusCode.UNAVAILABLE
    reader.get()
    asked = len(world.manager.asked)
    for _ in range(100):
        reader.get()
    assert len(world.manager.asked) == asked
    world.manager.fails = None
    world.manager.versions = dict.fromkeys(world.manager.versions, b"second")
    world.now += 10
    assert reader.get() == "second"


@pytest.mark.parametrize("failures", [1, 2])
def test_a_short_outage_is_not_seen(world: World, failures: int) -> None:
    world.manager.fails_next = failures
    assert world.reader().get() == "first"
    assert len(world.manager.asked) == failures + 1


def test_no_answer_is_bounded_by_the_deadline(world: World) -> None:
    world.manager.takes = 0.5
    with pytest.raises(SecretUnavailableError, match="does not answer"):
        world.reader(deadline=0.2).get()


def test_no_server_at_all(world: World) -> None:
    world.manager.address = "127.0.0.1:1"
    with pytest.raises(SecretUnavailableError):
        world.reader(deadline=0.3).get()


def test_damaged_data_is_refused_and_an_older_value_given_out(world: World) -> None:
    world.manager.damaged = True
    reader = world.reader(jitter=0)
    with pytest.raises(SecretUnavailableError, match="CRC32C"):
        reader.get()
    world.manager.damaged = False
    assert reader.get() == "first"
    world.manager.damaged = True
    world.manager.versions = dict.fromkeys(world.manager.versions, b"second")
    world.now = 300
    assert reader.get() == "first"


def test_any_other_status_is_an_error_that_names_it(world: World) -> None:
    world.manager.fails = grpc.StatusCode.INVALID_ARGUMENT
    with pytest.raises(SecretError, match="InvalidArgument"):
        world.reader().get()
