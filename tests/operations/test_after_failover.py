"""`grid plan` and `grid apply` while Terraform does not know of a failover."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.commandline import Grid
from tests.operations.platform import REPLICA, STATE_PREFIX, LocalGoogle
from tests.operations.terraform_stack import STATE, Stack, offline_google

RECORD = f"{STATE_PREFIX}/failover.json"


@pytest.fixture
def stack(grid: Grid, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stack]:
    with offline_google(monkeypatch, tmp_path, grid) as stack:
        bucket = stack.document["resource"]["google_storage_bucket"]["data"]
        bucket["lifecycle"] = {"prevent_destroy": True}
        stack.applied()
        yield stack


@pytest.fixture
def promoted(cloud: LocalGoogle, stack: Stack) -> Stack:
    """Return the stack after a failover."""
    content = json.dumps({"version": 1, "instance": REPLICA}).encode()
    cloud.storage.write(STATE, RECORD, content)
    return stack


def replace_bucket(stack: Stack) -> None:
    stack.document["resource"]["google_storage_bucket"]["data"]["location"] = "EU"


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes")])
def test_plan_that_fails_after_failover_leads_to_its_runbook(
    promoted: Stack, command: tuple[str, ...]
) -> None:
    replace_bucket(promoted)
    result = promoted.run(*command)
    assert (result.code, "docs/runbooks/region.md" in result.json["advice"]) == (4, True)
    assert REPLICA in result.json["error"]
    assert "Instance cannot be destroyed" in result.json["error"]


def test_apply_is_blocked_while_plan_has_another_database(promoted: Stack) -> None:
    result = promoted.run("apply", "--yes")
    assert (result.code, "docs/runbooks/region.md" in result.json["advice"]) == (4, True)


def test_plan_that_fails_without_failover_is_a_failure(stack: Stack) -> None:
    replace_bucket(stack)
    result = stack.run("plan")
    assert (result.code, "docs/runbooks/region.md" in result.json["advice"]) == (1, False)
