"""`grid unlock`: the lock of the state and the lease of a dead command."""

import json

import pytest

from offline.serve.request import Request
from offline.serve.store import Resource
from operations.core import lease
from tests.operations.commandline import Grid
from tests.operations.platform import STATE_BUCKET, STATE_PREFIX, LocalGoogle

LOCK = f"{STATE_PREFIX}/default.tflock"
LEASE = f"{STATE_PREFIX}/{lease.NAME}"
HELD = {"ID": "1234", "Operation": "OperationTypeApply", "Who": "ada@pipeline", "Created": "2026"}


@pytest.fixture(autouse=True)
def held(cloud: LocalGoogle) -> None:
    """Let a dead command hold both."""
    cloud.storage.write(STATE_BUCKET, LOCK, json.dumps(HELD).encode())
    holder = {"id": "run-1", "command": "apply", "owner": "ada@pipeline", "reason": ""}
    cloud.storage.write(STATE_BUCKET, LEASE, json.dumps(holder).encode())


def test_unlock_removes_lock_and_lease_and_records_why(grid: Grid, cloud: LocalGoogle) -> None:
    assert grid.bare("apply", "test", "--no-synth", "--yes").code == 4
    result = grid.bare("unlock", "test", "--reason=its runner is gone", "--yes", "--json")
    assert result.code == 0, result
    assert result.json["result"] == {"state_lock_removed": True, "reason": "its runner is gone"}
    assert "ada@pipeline for OperationTypeApply since 2026, ID 1234" in result.stderr
    assert "grid apply of ada@pipeline (run run-1)" in result.stderr
    assert not {LOCK, LEASE} & set(cloud.storage.names(STATE_BUCKET))
    assert "its runner is gone" in grid.bare("journal", "test", "--json").stdout


def test_unlock_of_nothing_succeeds(grid: Grid, cloud: LocalGoogle) -> None:
    for name in (LOCK, LEASE):
        cloud.storage.remove(STATE_BUCKET, name)
    result = grid.bare("unlock", "test", "--reason=x", "--yes", "--json")
    assert (result.code, result.json["result"]["state_lock_removed"]) == (0, False)


@pytest.mark.parametrize("answers", [[], ["prod"]])
def test_unlock_without_confirmation_changes_nothing(
    grid: Grid, cloud: LocalGoogle, answers: list[str]
) -> None:
    grid.answers.extend(answers)
    result = grid.bare("unlock", "test", "--reason=x", "--json")
    assert (result.code, result.json["outcome"]) == (4, "blocked")
    assert {LOCK, LEASE} <= set(cloud.storage.names(STATE_BUCKET))


def test_unlock_keeps_a_lock_that_another_terraform_took_meanwhile(
    grid: Grid, cloud: LocalGoogle
) -> None:
    delete = cloud.storage._delete

    def take(request: Request) -> Resource:
        if request.parameters["object"] == LOCK:
            cloud.storage.write(STATE_BUCKET, LOCK, json.dumps({**HELD, "ID": "5678"}).encode())
        return delete(request)

    cloud.answers("storage.objects.delete", take)
    result = grid.bare("unlock", "test", "--reason=x", "--yes", "--json")
    assert (result.code, result.json["outcome"]) == (4, "blocked")
    assert LOCK in cloud.storage.names(STATE_BUCKET)


def test_unlock_removes_a_lock_that_cannot_be_read(grid: Grid, cloud: LocalGoogle) -> None:
    cloud.storage.write(STATE_BUCKET, LOCK, b"")
    assert grid.bare("unlock", "test", "--reason=x", "--yes").code == 0
    assert LOCK not in cloud.storage.names(STATE_BUCKET)
