"""`grid plan`, `apply` and `drift`, with genuine Terraform against the offline Google."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.core.terraform import VARIABLE
from operations.plan.secret_values import VALUES
from tests.operations.commandline import Grid
from tests.operations.platform import write_environment
from tests.operations.terraform_stack import STATE, Stack, document, offline_google

BUCKET = "google_storage_bucket.data"


@pytest.fixture
def stack(grid: Grid, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stack]:
    with offline_google(monkeypatch, tmp_path, grid) as found:
        yield found


def test_apply_applies_a_saved_plan_once(stack: Stack, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    result = stack.run("plan", f"--out={saved}", "--detailed-exitcode")
    assert (result.code, result.json["outcome"]) == (5, "findings")
    assert result.json["result"]["counts"] == {"create": 4}
    assert saved.stat().st_mode & 0o077 == 0
    result = stack.run("apply", f"--plan={saved}", "--yes")
    assert result.code == 0, result
    assert len(result.json["result"]["done"]) == 4
    assert stack.run("plan", "--detailed-exitcode").code == 0
    result = stack.run("apply", f"--plan={saved}", "--yes")
    assert (result.code, result.json["outcome"]) == (1, "failed")
    assert "stale" in result.json["error"]


def test_apply_destroys_data_only_with_allow_destroy(stack: Stack) -> None:
    stack.applied()
    del stack.document["resource"]["google_storage_bucket"]["data"]
    stack.document["resource"]["google_artifact_registry_repository"]["services"]["description"] = (
        "Other images"
    )
    planned = stack.run("plan").json["result"]
    assert [(one["action"], one["address"]) for one in planned["changes"]] == [
        ("destroy", BUCKET),
        ("update", "google_artifact_registry_repository.services"),
    ]
    assert planned["changes"][0]["loses"] == "its objects"
    for options in ((), ("--allow-destroy=google_storage_bucket.static",)):
        result = stack.run("apply", "--yes", *options)
        assert result.code == (2 if options else 4)
        assert BUCKET in result.json["error"] + result.json["advice"]
        assert stack.offline.fake_cloud.get("google_storage_bucket", "grid-test-data") is not None
    result = stack.run("apply", "--yes", f"--allow-destroy={BUCKET}")
    assert result.code == 0, result
    assert stack.offline.fake_cloud.get("google_storage_bucket", "grid-test-data") is None


def test_plan_names_attribute_that_forces_replacement(stack: Stack) -> None:
    stack.applied()
    stack.document["resource"]["google_storage_bucket"]["data"]["location"] = "EU"
    (change,) = stack.run("plan").json["result"]["changes"]
    assert (change["action"], change["because"], change["loses"]) == (
        "replace",
        "location",
        "its objects",
    )


def test_apply_requires_confirmation_or_yes_option(stack: Stack) -> None:
    result = stack.run("apply")
    assert (result.code, result.json["outcome"]) == (4, "blocked")
    assert "--yes" in result.json["advice"]
    stack.grid.answers.append("prod")
    assert stack.run("apply").code == 4
    assert not stack.offline.fake_cloud.resources
    stack.grid.answers[:] = ["test"]
    assert stack.run("apply").code == 0


def test_plan_names_the_environment_file_when_a_protected_bucket_moves(stack: Stack) -> None:
    bucket = stack.document["resource"]["google_storage_bucket"]["data"]
    bucket["lifecycle"] = {"prevent_destroy": True}
    stack.applied()
    bucket["location"] = "EU"
    result = stack.run("plan")
    assert (result.code, result.json["outcome"]) == (1, "failed")
    assert "restore the value of the environment file" in result.json["advice"]


def test_apply_that_would_stop_halfway_changes_nothing(stack: Stack) -> None:
    bucket = stack.document["resource"]["google_storage_bucket"]["data"]
    bucket["lifecycle"] = {"create_before_destroy": True}
    stack.applied()
    bucket["location"] = "EU"
    stack.document["resource"]["google_storage_bucket"]["static"]["labels"] = {"a": "b"}
    before = {kind: dict(kept) for kind, kept in stack.offline.fake_cloud.resources.items()}
    for command in (("plan",), ("apply", "--yes", f"--allow-destroy={BUCKET}")):
        result = stack.run(*command)
        assert (result.code, result.json["outcome"]) == (4, "blocked")
        assert f"{BUCKET}: the new one is created before" in result.json["error"]
        assert "docs/traps.md" in result.json["advice"]
    assert stack.offline.fake_cloud.resources == before


def test_apply_takes_values_of_secrets_from_one_json_object(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = {"condition": '${var.openai_key == "hunter2"}', "error_message": "another value"}
    variable = {"type": "string", "ephemeral": True, "sensitive": True, "validation": checked}
    stack.document["variable"] = {"openai_key": variable}
    monkeypatch.setenv(VALUES, '{"openai-key": "hunter2", "unused": "x"}')
    stack.applied()


def test_plan_needs_no_value_of_a_secret_and_apply_names_it(stack: Stack) -> None:
    secret = {"type": "string", "ephemeral": True, "sensitive": True}
    stack.document["variable"] = {"openai_key": secret, "other_key": secret}
    assert stack.run("plan").code == 0
    result = stack.run("apply", "--yes")
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert "openai_key, other_key" in result.json["error"]
    assert "TF_VAR_openai_key" in result.json["advice"]
    assert not stack.offline.fake_cloud.resources


@pytest.mark.parametrize("text", ["hunter2", '["hunter2"]', '{"openai-key": ["hunter2"]}'])
def test_invalid_values_of_secrets_are_rejected_and_not_shown(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv(VALUES, text)
    result = stack.run("plan")
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert VALUES in result.json["error"]
    assert "hunter2" not in result.stdout + result.stderr


def test_apply_rejects_plan_of_another_environment(stack: Stack, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    stack.document = document("grid-other-example")
    assert stack.run("plan", f"--out={saved}").code == 0
    stack.document = document()
    result = stack.run("apply", "--yes", f"--plan={saved}")
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert "grid-other-example" in result.json["error"]
    assert not stack.offline.fake_cloud.resources


def test_apply_lists_unfinished_resources_when_terraform_fails(stack: Stack) -> None:
    taken = {"name": "grid-test-data", "depends_on": [BUCKET]}
    stack.document["resource"]["google_storage_bucket"]["static"] |= taken
    result = stack.run("apply", "--yes")
    assert (result.code, result.json["outcome"]) == (3, "incomplete")
    assert "resources were changed, and are in the state" in result.json["not_reverted"][0]
    assert any("google_storage_bucket" in line for line in result.json["not_reverted"][1:])
    stack.document = document()
    result = stack.run("apply", "--yes")
    assert result.code == 0
    assert "was interrupted" in result.stderr
    assert "was interrupted" not in stack.run("apply", "--yes").stderr


def test_apply_names_holder_of_state_lock(stack: Stack, tmp_path: Path) -> None:
    stack.applied()
    stack.document["resource"]["google_storage_bucket"]["data"]["storage_class"] = "NEARLINE"
    saved = tmp_path / "saved"
    assert stack.run("plan", f"--out={saved}").code == 0
    lock = {
        "ID": "1234",
        "Operation": "OperationTypeApply",
        "Who": "ada@pipeline",
        "Version": "1.11.4",
        "Created": "2026-11-01T12:00:00Z",
        "Path": f"gs://{STATE}/grid/test/default.tflock",
    }
    stack.offline.bucket.store.insert(STATE, "grid/test/default.tflock", json.dumps(lock).encode())
    result = stack.run("apply", "--yes")
    assert (result.code, result.json["outcome"]) == (1, "failed")
    assert "ada@pipeline" in result.json["error"]
    assert "grid unlock test --reason" in result.json["advice"]
    assert [stack.run(command).code for command in ("plan", "drift")] == [0, 0]
    result = [stack.run("apply", "--yes", f"--plan={saved}") for _ in range(2)][-1]
    assert (result.code, result.json["outcome"]) == (1, "failed")
    assert "was interrupted" not in result.stderr


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_plan_succeeds_with_read_only_access_to_state(stack: Stack, command: str) -> None:
    stack.applied()
    asked = stack.offline.bucket.requests
    asked.clear()
    assert stack.run(command).code == 0
    assert {one.method for one in asked} == {"GET"}


def test_first_plan_writes_empty_state(stack: Stack) -> None:
    assert stack.run("plan").code == 0
    assert "POST" in {one.method for one in stack.offline.bucket.requests}
    stack.offline.bucket.requests.clear()
    assert stack.run("plan").code == 0
    assert {one.method for one in stack.offline.bucket.requests} == {"GET"}


def test_drift_lists_changed_attributes(stack: Stack) -> None:
    stack.applied()
    result = stack.run("drift")
    assert (result.code, result.json["result"]["drift"]) == (0, [])
    world = stack.offline.fake_cloud
    (registry,) = world.resources["google_artifact_registry_repository"]
    world.drift("google_artifact_registry_repository", registry, description="by hand")
    world.delete("google_storage_bucket", "grid-test-data")
    result = stack.run("drift")
    assert (result.code, result.json["outcome"]) == (5, "findings")
    found = {one["address"]: one for one in result.json["result"]["drift"]}
    assert found[BUCKET]["gone"]
    (attribute,) = found["google_artifact_registry_repository.services"]["attributes"]
    assert attribute == {
        "path": "description",
        "kind": "set here",
        "before": '"Images"',
        "after": '"by hand"',
    }
    stack.applied()
    assert stack.run("drift").code == 0


def test_drift_ignores_attributes_that_releases_change(stack: Stack) -> None:
    stack.applied()
    world = stack.offline.fake_cloud
    (registry,) = world.resources["google_artifact_registry_repository"]
    world.drift("google_artifact_registry_repository", registry, labels={"team": "web"})
    result = stack.run("drift")
    assert result.code == 0, result
    (found,) = result.json["result"]["drift"]
    kinds = {one["kind"] for one in found["attributes"]}
    assert kinds <= {"left to releases", "not set here"}
    assert "left to releases" in kinds


def test_plan_rejects_old_terraform(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "old"
    script.write_text('#!/bin/sh\necho \'{"terraform_version": "1.9.8"}\'\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(script))
    result = stack.run("plan")
    assert result.code == 2
    assert "Terraform 1.9.8: 1.11 or newer is required" in result.json["error"]


def test_terraform_finishes_apply_when_grid_is_killed(stack: Stack) -> None:
    stack.write()
    folder = stack.grid.folder
    environ = os.environ | {"CDKTF_OUTDIR": str(folder), "GRID_FOLDER": str(folder)}
    environ["GRID_ENVIRONMENTS"] = str(write_environment(folder.parent / "environments"))
    environ["GRID_GOOGLE_ENDPOINT"] = stack.grid.server.url
    command = [sys.executable, "-m", "operations", "apply", "test", "--no-synth", "--yes"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as process:
        log = folder / "terraform" / "test-apply.jsonl"
        while process.poll() is None and not log.exists():
            time.sleep(0.01)
        process.kill()
    assert process.returncode == -9
    while (result := stack.run("apply", "--yes")).code == 1:
        assert "the state is locked by" in result.json["error"]
    assert result.code == 0, result
    assert "was interrupted" in result.stderr
    assert stack.run("plan", "--detailed-exitcode").code == 0
