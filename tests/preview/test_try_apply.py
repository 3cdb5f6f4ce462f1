"""Tests of `make try` and `make try-destroy` with a small environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from command_line import NETWORK, Cli, command_line, environment

from contract import synthesis
from preview.__main__ import main
from tests.template import platform, variant


@pytest.fixture
def offline(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Cli:
    return command_line(capfd, monkeypatch, tmp_path)


@pytest.fixture
def preview(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Cli:
    return command_line(capfd, monkeypatch, tmp_path, main)


def test_apply_prints_summary_and_writes_page(tmp_path: Path, preview: Cli) -> None:
    environment(tmp_path)
    result = preview("apply", "dev")
    assert result.returncode == 0, result.stderr
    assert [line.split()[1] for line in result.stderr.splitlines()] == [
        "init",
        "plan",
        "apply",
        "plan",
        "page",
    ]
    assert "2 to create" in result.stderr
    assert "dev is applied: 2 resources in 2 groups" in result.stdout
    assert result.stdout.index("\napis") < result.stdout.index("\nnetwork")
    assert NETWORK in result.stdout
    assert "throw-away value: key" in result.stdout
    assert ".cache/offline/dev.html" in result.stdout
    page = (tmp_path / ".cache" / "offline" / "dev.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "Plan: 2 to create." in page


def test_second_apply_prints_changes_and_drift(tmp_path: Path, preview: Cli, offline: Cli) -> None:
    environment(tmp_path)
    assert preview("apply", "dev").returncode == 0
    environment(tmp_path, description="changed")
    drift = ("world", "drift", "google_compute_network", NETWORK, "routing_mode=GLOBAL")
    assert offline(*drift).returncode == 0
    second = preview("apply", "dev")
    assert second.returncode == 0, second.stderr
    assert "To change\n  ± google_compute_network.main" in second.stdout  # as Google has it
    assert "description:  → changed" in second.stdout
    assert "routing_mode: REGIONAL → GLOBAL" in second.stdout
    third = preview("apply", "dev")
    assert "no changes" in third.stderr
    assert "nothing to do" in third.stderr


def test_apply_prints_end_of_log_when_a_step_fails(tmp_path: Path, preview: Cli) -> None:
    environment(tmp_path, routing_mode="SIDEWAYS")
    failed = preview("apply", "dev")
    assert failed.returncode == 1
    assert "Error: Plan of dev failed" in failed.stderr
    assert ".cache/offline/dev.log" in failed.stderr
    assert "SIDEWAYS" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert "SIDEWAYS" in (tmp_path / ".cache" / "offline" / "dev.log").read_text()


def test_apply_names_the_environment_file_when_a_protected_resource_is_replaced(
    tmp_path: Path, preview: Cli
) -> None:
    protected = {"prevent_destroy": True}
    environment(tmp_path, lifecycle=protected)
    assert preview("apply", "dev").returncode == 0
    environment(tmp_path, lifecycle=protected, description="changed")
    failed = preview("apply", "dev")
    assert failed.returncode == 1
    assert "Instance cannot be destroyed" in failed.stderr
    assert "help: To keep the resource, restore the value" in failed.stderr


def test_apply_uses_given_variable_and_stores_no_value(tmp_path: Path, preview: Cli) -> None:
    stack = environment(tmp_path)
    content = json.loads((stack / "cdk.tf.json").read_text())
    check = {"condition": '${var.key == "hunter2"}', "error_message": "not it"}
    content["variable"]["key"]["validation"] = check
    (stack / "cdk.tf.json").write_text(json.dumps(content))
    assert preview("apply", "dev").returncode == 1
    result = preview("apply", "dev", env={"TF_VAR_key": "hunter2"})
    assert result.returncode == 0, result.stderr
    assert "throw-away" not in result.stdout
    files = [file for file in (tmp_path / ".cache").rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if b"hunter2" in file.read_bytes()]


def test_destroy_is_blocked_until_protection_is_lifted(
    tmp_path: Path, preview: Cli, offline: Cli
) -> None:
    environment(tmp_path, lifecycle={"prevent_destroy": True})
    assert preview("apply", "dev").returncode == 0
    blocked = preview("destroy", "dev")
    assert blocked.returncode == 1
    assert "google_compute_network.main: lifecycle.prevent_destroy" in blocked.stderr
    assert "protect: false" in blocked.stderr
    assert NETWORK in offline("world").stdout
    environment(tmp_path)
    assert preview("destroy", "dev").returncode == 0
    assert NETWORK not in offline("world").stdout
    assert "nothing is applied" in preview("destroy", "dev").stdout


def test_apply_recreates_resources_after_world_is_cleared(
    tmp_path: Path, preview: Cli, offline: Cli
) -> None:
    environment(tmp_path)
    assert preview("apply", "dev").returncode == 0
    assert offline("world", "clear", "--keep-state").returncode == 0
    rebuilt = preview("apply", "dev")
    assert "Changed outside Terraform" in rebuilt.stdout
    assert offline("world", "clear").returncode == 0
    assert offline("world").stdout == ""
    assert "2 to create" in preview("apply", "dev").stderr


def test_apply_names_synth_command_when_stack_is_missing(preview: Cli) -> None:
    result = preview("apply", "nothing")
    assert result.returncode == 2
    assert "make synth ENV=nothing" in result.stderr


def test_apply_of_a_stack_that_is_older_than_its_file_is_rejected(
    tmp_path: Path, preview: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_ENVIRONMENTS", str(tmp_path))
    stack, file = environment(tmp_path), tmp_path / "dev.yaml"
    file.write_text("environment: dev\n")
    synthesis.record(stack, file)
    assert preview("apply", "dev").returncode == 0
    file.write_text("environment: dev # changed\n")
    changed = preview("apply", "dev")
    assert changed.returncode == 2
    assert "make synth ENV=dev" in changed.stderr
    file.unlink()
    removed = preview("apply", "dev")
    assert removed.returncode == 2
    assert "no longer exists" in removed.stderr


def _region(number: int) -> dict[str, Any]:
    ranges = {
        f"{name}_range": f"10.{number}.{third}.0/20"
        for name, third in (("subnet", 0), ("services", 16), ("pods", 32))
    }
    return {**ranges, "connector": {"range": f"10.1.0.{number * 16}/28", "max_instances": 3}}


@pytest.mark.slow
@pytest.mark.parametrize(
    "moved",
    [
        {"project_id": "moved-project"},
        {"domain.name": "moved.example.com", "regions": {"us-west1": _region(8)}},
    ],
    ids=["project", "region and domain"],
)
def test_environment_moves_and_moves_back(
    tmp_path: Path, preview: Cli, moved: Mapping[str, Any]
) -> None:
    """Nothing that Google keeps of the first place stops the second, or the way back."""
    start: dict[str, Any] = {"database.max_connections": 300, "regions": {"us-east1": _region(4)}}
    stack = tmp_path / "cdktf.out" / "stacks" / "dev"
    stack.mkdir(parents=True)
    for changes in (start, {**start, **moved}, start):
        regions = {"us-central1": _region(0), **changes["regions"]}
        environment_ = variant("dev", {**changes, "regions": regions})
        document = json.dumps(platform(environment_).document)
        (stack / "cdk.tf.json").write_text(document, encoding="utf-8")
        result = preview("apply", "dev")
        assert result.returncode == 0, result.stderr[-3000:]
        assert "no changes" in result.stderr
