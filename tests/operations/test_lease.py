"""One command at a time changes an environment, on whatever machine."""

import json
from typing import Any

import pytest

from offline.serve.faults import Fault, Script
from offline.serve.server import Server
from operations.core import lease
from operations.core.session import WriteContext
from tests.operations.commandline import KILLED, Grid
from tests.operations.platform import STATE_BUCKET, STATE_PREFIX, LocalGoogle, job_name
from tests.operations.worlds import World

LEASE = f"{STATE_PREFIX}/{lease.NAME}"


@pytest.fixture
def other(grid: Grid, server: Server) -> Grid:
    """Another checkout, on another machine."""
    return Grid(server, grid.folder.with_name("other"), grid.outputs)


def test_lease_names_its_holder_and_is_released(
    grid: Grid, cloud: LocalGoogle, world: World
) -> None:
    def act(_: WriteContext) -> None:
        content = json.loads(cloud.storage.read(STATE_BUCKET, LEASE))
        assert (content["command"], content["version"]) == ("status", 1)
        assert "@" in content["owner"]

    world.act = act
    assert grid("status", "test").code == 0
    assert cloud.storage.find(STATE_BUCKET, LEASE) is None


def test_second_command_is_blocked_on_another_machine(
    grid: Grid, other: Grid, world: World
) -> None:
    results: list[Any] = []

    def act(session: WriteContext) -> None:
        if not results:
            results.append(None)
            results[0] = other("status", "test", "--json")
        world.step(session, "a")

    world.act = act
    assert grid("status", "test").code == 0
    blocked = results[0]
    assert (blocked.code, world.things) == (4, ["a"])
    assert "another command changes this environment: grid status" in blocked.json["error"]


@pytest.mark.parametrize("seconds", [lease.SECONDS - 30, lease.SECONDS + 1])
def test_lease_of_killed_command_expires(
    grid: Grid, other: Grid, cloud: LocalGoogle, server: Server, seconds: int
) -> None:
    server.faults = Script([Fault("kill-after", 1, "run.projects.locations.jobs.run")])
    assert grid.mortal("migrate", "test").code == KILLED
    server.faults = Script()
    cloud.wait(seconds)
    assert other("migrate", "test").code == (0 if seconds > lease.SECONDS else 4)


def test_killed_command_is_repeated_at_once_in_the_same_checkout(
    grid: Grid, server: Server
) -> None:
    server.faults = Script([Fault("kill-after", 1, "run.projects.locations.jobs.run")])
    assert grid.mortal("migrate", "test").code == KILLED
    server.faults = Script()
    assert grid("migrate", "test").code == 0


def test_command_that_lost_its_lease_changes_nothing_more(
    grid: Grid, other: Grid, server: Server, world: World
) -> None:
    def act(session: WriteContext) -> None:
        world.step(session, "a")
        assert other("migrate", "test", "--take-over", "machine is gone").code == 0
        session.client.send(session.google.run.projects().locations().jobs().run(name=job_name()))

    world.act = act
    result = grid("status", "test", "--json")
    assert (result.code, world.things) == (3, ["a"])
    assert "was taken over by" in result.json["error"]
    assert result.json["not_reverted"] == ["a: completed, not reverted"]
    assert server.count("run.projects.locations.jobs.run") == 1


def test_rollback_is_blocked_by_another_command_of_the_same_checkout(
    grid: Grid, world: World
) -> None:
    """It takes the lease over from releases only, also where it needs no lock of the checkout."""
    results = []

    def act(_: WriteContext) -> None:
        results.append(grid("rollback", "test", "--json"))

    world.act = act
    grid("status", "test")
    assert (results[0].code, "grid status" in results[0].json["error"]) == (4, True)


def test_lease_is_renewed_while_command_waits(grid: Grid, cloud: LocalGoogle, world: World) -> None:
    generations = set()

    def act(session: WriteContext) -> None:
        for _ in range(3):
            version = cloud.storage.find(STATE_BUCKET, LEASE)
            assert version is not None
            generations.add(version.generation)
            session.runtime.clock.sleep(lease.RENEWAL_SECONDS)
            session.client.send(
                session.google.run.projects().locations().jobs().get(name=job_name())
            )

    world.act = act
    grid("status", "test")
    assert len(generations) == 3


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"id": 5}'])
def test_damaged_lease_is_replaced_after_its_expiry(
    grid: Grid, cloud: LocalGoogle, world: World, content: bytes
) -> None:
    world.act = lambda session: world.step(session, "a")
    cloud.storage.write(STATE_BUCKET, LEASE, content)
    cloud.wait(lease.SECONDS + 1)
    assert grid("status", "test").code == 0
    assert world.things == ["a"]


def test_command_fails_when_state_bucket_does_not_answer(
    grid: Grid, server: Server, world: World
) -> None:
    world.act = lambda session: world.step(session, "a")
    server.faults = Script([Fault("503", at, "storage.*") for at in range(1, 9)])
    result = grid("status", "test", "--json")
    assert (result.code, world.things) == (1, [])
