"""`try` and `try-destroy` of a small environment, as their user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import NETWORK, Cli, command_line, environment

from contract import synthesis
from preview.__main__ import main


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


def test_try_applies_summarizes_and_draws(tmp_path: Path, preview: Cli) -> None:
    environment(tmp_path)
    done = preview("apply", "dev")
    assert done.returncode == 0, done.stderr
    assert [line.split()[1] for line in done.stderr.splitlines()] == [
        "init",
        "plan",
        "apply",
        "plan",
        "picture",
    ]
    assert "2 to create" in done.stderr
    assert "dev is applied: 2 resources in 2 rooms" in done.stdout
    assert done.stdout.index("\napis") < done.stdout.index("\nnetwork")
    assert NETWORK in done.stdout
    assert "throw-away value: key" in done.stdout
    assert ".cache/offline/dev.svg" in done.stdout
    assert (tmp_path / ".cache" / "offline" / "dev.svg").read_text().startswith("<svg")


def test_try_again_shows_the_difference_and_drift(
    tmp_path: Path, preview: Cli, offline: Cli
) -> None:
    environment(tmp_path)
    assert preview("apply", "dev").returncode == 0
    environment(tmp_path, description="changed")
    drift = ("world", "drift", "google_compute_network", NETWORK, "routing_mode=GLOBAL")
    assert offline(*drift).returncode == 0
    again = preview("apply", "dev")
    assert again.returncode == 0, again.stderr
    assert "To change\n  ± google_compute_network.main" in again.stdout  # as Google has it
    assert "description: (none) → changed" in again.stdout
    assert "routing_mode: REGIONAL → GLOBAL" in again.stdout
    still = preview("apply", "dev")
    assert "no changes" in still.stderr
    assert "nothing to do" in still.stderr


def test_a_failed_step_shows_the_end_of_the_log(tmp_path: Path, preview: Cli) -> None:
    environment(tmp_path, routing_mode="SIDEWAYS")
    failed = preview("apply", "dev")
    assert failed.returncode == 1
    assert "plan of dev failed" in failed.stderr
    assert ".cache/offline/dev.log" in failed.stderr
    assert "SIDEWAYS" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert "SIDEWAYS" in (tmp_path / ".cache" / "offline" / "dev.log").read_text()


def test_a_variable_that_is_given_is_used_and_no_value_is_printed(
    tmp_path: Path, preview: Cli
) -> None:
    stack = environment(tmp_path)
    content = json.loads((stack / "cdk.tf.json").read_text())
    check = {"condition": '${var.key == "hunter2"}', "error_message": "not it"}
    content["variable"]["key"]["validation"] = check
    (stack / "cdk.tf.json").write_text(json.dumps(content))
    assert preview("apply", "dev").returncode == 1
    done = preview("apply", "dev", env={"TF_VAR_key": "hunter2"})
    assert done.returncode == 0, done.stderr
    assert "throw-away" not in done.stdout
    kept = [file for file in (tmp_path / ".cache").rglob("*") if file.is_file()]
    assert kept
    assert not [file for file in kept if b"hunter2" in file.read_bytes()]


def test_try_destroy_refuses_what_is_protected_then_destroys(
    tmp_path: Path, preview: Cli, offline: Cli
) -> None:
    environment(tmp_path, lifecycle={"prevent_destroy": True})
    assert preview("apply", "dev").returncode == 0
    refused = preview("destroy", "dev")
    assert refused.returncode == 1
    assert "google_compute_network.main: lifecycle.prevent_destroy" in refused.stderr
    assert "protect: false" in refused.stderr
    assert NETWORK in offline("world").stdout
    environment(tmp_path)
    assert preview("destroy", "dev").returncode == 0
    assert NETWORK not in offline("world").stdout
    assert "nothing is applied" in preview("destroy", "dev").stdout


def test_a_cleared_world_starts_anew(tmp_path: Path, preview: Cli, offline: Cli) -> None:
    environment(tmp_path)
    assert preview("apply", "dev").returncode == 0
    assert offline("world", "clear", "--keep-state").returncode == 0
    gone = preview("apply", "dev")
    assert "Changed outside Terraform" in gone.stdout
    assert offline("world", "clear").returncode == 0
    assert offline("world").stdout == ""
    assert "2 to create" in preview("apply", "dev").stderr


def test_apply_of_an_environment_that_was_not_synthesized_names_the_command(preview: Cli) -> None:
    done = preview("apply", "nothing")
    assert done.returncode == 2
    assert "make synth ENV=nothing" in done.stderr


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
