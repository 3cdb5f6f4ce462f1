"""Plans in the state bucket: the plan that people approve is the plan that is applied."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.state_location import PLANS
from operations.plan.secret_values import VALUES
from tests.operations.commandline import CommandResult, Grid
from tests.operations.platform import LocalGoogle
from tests.operations.terraform_stack import STATE, Stack, offline_google

FOLDER = f"grid/test/{PLANS}"


@pytest.fixture
def stack(grid: Grid, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stack]:
    with offline_google(monkeypatch, tmp_path, grid) as found:
        yield found


def store(stack: Stack) -> str:
    result = stack.run("plan", "--store")
    assert result.code == 0, result
    plan: str = result.json["result"]["plan"]
    return plan


def stored(cloud: LocalGoogle) -> str:
    """Return the name of the only plan in the state bucket."""
    [name] = [one for one in cloud.storage.names(STATE) if one.startswith(FOLDER)]
    return name


def apply(stack: Stack, plan: str) -> CommandResult:
    return stack.run("apply", "--yes", f"--plan={plan}")


def test_stored_plan_is_applied_unchanged(stack: Stack, cloud: LocalGoogle) -> None:
    plan = store(stack)
    content = cloud.storage.read(STATE, stored(cloud))
    assert plan == f"sha256:{hashlib.sha256(content).hexdigest()}"
    del stack.document["resource"]["google_storage_bucket"]["data"]  # changed after the approval
    result = apply(stack, plan)
    assert result.code == 0, result
    assert stack.offline.fake_cloud.get("google_storage_bucket", "grid-test-data") is not None
    assert len(result.json["result"]["done"]) == 4


def test_repeated_apply_of_a_stored_plan_changes_nothing(stack: Stack) -> None:
    plan = store(stack)
    assert apply(stack, plan).code == 0
    stack.offline.fake_cloud.delete("google_storage_bucket", "grid-test-data")
    result = apply(stack, plan)
    assert (result.code, result.json["result"]["done"]) == (0, [])
    assert stack.offline.fake_cloud.get("google_storage_bucket", "grid-test-data") is None


def test_stored_plan_is_stale_after_another_apply(stack: Stack) -> None:
    plan = store(stack)
    stack.document["resource"]["google_storage_bucket"]["data"]["storage_class"] = "NEARLINE"
    stack.applied()
    result = apply(stack, plan)
    assert (result.code, result.json["outcome"]) == (1, "failed")
    assert "stale" in result.json["error"]
    assert result.json["advice"] == "plan again: the state changed after the plan"


def test_stored_plan_that_another_identity_replaced_is_rejected(
    stack: Stack, cloud: LocalGoogle
) -> None:
    plan = store(stack)
    cloud.storage.write(STATE, stored(cloud), b"another plan")
    result = apply(stack, plan)
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert "is not the plan sha256:" in result.json["error"]
    assert not stack.offline.fake_cloud.resources


def test_expired_plan_is_a_usage_error(stack: Stack) -> None:
    result = apply(stack, f"sha256:{'0' * 64}")
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert result.json["advice"] == "plan again: grid plan test --store"


def test_stored_plan_has_no_secret_and_apply_needs_it(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = {"condition": "${length(var.openai_key) > 3}", "error_message": "too short"}
    variable = {"type": "string", "ephemeral": True, "sensitive": True, "validation": checked}
    stack.document["variable"] = {"openai_key": variable}
    plan = store(stack)
    result = apply(stack, plan)
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    monkeypatch.setenv(VALUES, '{"openai-key": "hunter2"}')
    assert apply(stack, plan).code == 0
