"""No variable of the shell, and no workspace, leads Terraform to another state or a part of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.core.outputs import COPY
from tests.operations.commandline import Grid
from tests.operations.platform import STATE_BUCKET, STATE_PREFIX, LocalGoogle
from tests.operations.terraform_stack import Stack, offline_google


@pytest.fixture
def stack(grid: Grid, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stack]:
    with offline_google(monkeypatch, tmp_path, grid) as found:
        yield found


@pytest.mark.parametrize("command", ["plan", "apply", "drift"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TF_WORKSPACE", "other"),
        ("TF_CLI_ARGS", "-target=google_compute_network.main"),
        ("TF_CLI_ARGS_plan", "-refresh=false"),
        ("TF_CLI_ARGS_plan", "-no-color --destroy"),
        ("TF_CLI_ARGS_init", "-backend-config=prefix=elsewhere"),
        ("TF_CLI_ARGS_apply", "-var 'x=1'"),
        ("TF_CLI_ARGS_output", "-state=other"),
    ],
)
def test_variable_that_changes_a_command_is_rejected(
    grid: Grid, monkeypatch: pytest.MonkeyPatch, command: str, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    result = grid.bare(command, "test", "--no-synth", "--json")
    assert (result.code, name in result.json["error"]) == (2, True)
    assert f"unset {name}" in result.json["advice"]


def test_selected_workspace_and_harmless_options_change_nothing(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.applied()
    (stack.folder / ".terraform" / "environment").write_text("other", encoding="utf-8")
    monkeypatch.setenv("TF_CLI_ARGS_plan", "-parallelism=5 -lock-timeout=10s")
    monkeypatch.setenv("TF_WORKSPACE", "default")
    assert stack.run("plan", "--detailed-exitcode").code == 0
    assert stack.run("drift").code == 0


def test_drift_of_empty_state_is_an_error(stack: Stack) -> None:
    result = stack.run("drift")
    assert (result.code, "is empty" in result.json["error"]) == (1, True)


def test_apply_is_blocked_when_state_of_applied_environment_is_lost(
    stack: Stack, cloud: LocalGoogle
) -> None:
    copy = f"{STATE_PREFIX}/{COPY}"
    cloud.storage.write(STATE_BUCKET, copy, json.dumps({"outputs": {}}).encode())
    result = stack.run("apply", "--yes")
    assert (result.code, "was applied before" in result.json["error"]) == (4, True)
    assert f"gs://{STATE_BUCKET}/{copy}" in result.json["advice"]
    cloud.storage.remove(STATE_BUCKET, copy)
    assert stack.run("apply", "--yes").code == 0
