"""What Terraform's outputs say, and what is said when they do not."""

import json
import subprocess
from pathlib import Path

import pytest

from contract.outputs import PlatformOutputs
from environments import load as load_all
from offline.terraform.core import core
from operations.core import terraform
from operations.core.errors import UsageError
from operations.core.outputs import CONTRACT_VERSION, COPY, publish_outputs
from tests.operations import platform
from tests.operations.commandline import CommandResult, Grid
from tests.operations.platform import STATE_BUCKET, STATE_PREFIX, LocalGoogle
from tests.operations.worlds import World
from tests.template import platforms


@pytest.mark.parametrize("environment", sorted(load_all()))
def test_outputs_of_every_stack_match_contract(environment: str) -> None:
    assert PlatformOutputs.model_validate(platforms()[environment].outputs).services


@pytest.mark.parametrize(
    ("recorded", "version"),
    [({}, "an older version, which did not record it"), ({CONTRACT_VERSION: "0.2.0"}, "0.2.0")],
)
def test_outputs_error_names_missing_fields_and_version(
    grid: Grid, cloud: LocalGoogle, recorded: dict[str, str], version: str
) -> None:
    outputs = cloud.outputs() | recorded
    del outputs["registry"], outputs["database"]["instance"]
    platform.write(outputs, grid.outputs)
    result = grid("status", "test", "--json")
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert "registry: field required" in result.json["error"]
    assert "database.instance: field required" in result.json["error"]
    assert f"written by: {version}" in result.json["error"]


@pytest.mark.parametrize("text", ["", "[]", '{"project_id": "p"}', '{"project_id": {}}'])
def test_outputs_file_with_other_content_is_rejected(grid: Grid, text: str) -> None:
    grid.outputs.write_text(text, encoding="utf-8")
    result = grid("status", "test", "--json")
    assert result.code == 2
    assert "terraform output -json" in result.json["error"] + result.json["advice"]


def test_output_of_terraform_wrapper_is_rejected(
    grid: Grid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """hashicorp/setup-terraform adds a line to what Terraform prints."""
    grid.outputs.write_text("[command]/tools/terraform-bin output -json\n{}", encoding="utf-8")
    result = grid("status", "test", "--json")
    assert (result.code, "terraform_wrapper: false" in result.json["advice"]) == (2, True)
    program = tmp_path / "terraform"
    program.write_text("#!/bin/sh\necho '[command]/tools/terraform-bin'\necho '{}'\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv(terraform.VARIABLE, str(program))
    with pytest.raises(UsageError, match="is a wrapper"):
        terraform.version()


def test_missing_outputs_file_is_a_usage_error(grid: Grid) -> None:
    grid.outputs.unlink()
    result = grid("status", "test", "--json")
    assert result.code == 2
    assert str(grid.outputs) in result.json["error"]


@pytest.fixture
def state(tmp_path: Path, cloud: LocalGoogle) -> bytes:
    """Return a state with these outputs, as Terraform writes it."""
    stack = {"output": {name: {"value": value} for name, value in cloud.outputs().items()}}
    stack["output"]["password"] = {"value": "hunter2", "sensitive": True}
    (tmp_path / "main.tf.json").write_text(json.dumps(stack), encoding="utf-8")
    command = core().command(["apply", "-auto-approve"])
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    return (tmp_path / "terraform.tfstate").read_bytes()


def read_state(grid: Grid) -> CommandResult:
    """Run a command that finds the outputs by itself."""
    return grid.bare("status", "test", "--json")


def test_outputs_are_read_from_state_when_no_stack_is_synthesized(
    grid: Grid, cloud: LocalGoogle, state: bytes
) -> None:
    cloud.storage.write(STATE_BUCKET, f"{STATE_PREFIX}/default.tfstate", state)
    result = read_state(grid)
    assert result.code == 0, result
    assert {item["service"] for item in result.json["result"]["services"]} == {"api", "auth"}


@pytest.mark.parametrize("broken", [None, b"{", b"[]", b"{}", b'{"outputs": {"project_id": 1}}'])
def test_outputs_are_read_from_copy_when_state_is_broken(
    grid: Grid, cloud: LocalGoogle, state: bytes, broken: bytes | None
) -> None:
    cloud.storage.write(STATE_BUCKET, f"{STATE_PREFIX}/{COPY}", state)
    if broken is not None:
        cloud.storage.write(STATE_BUCKET, f"{STATE_PREFIX}/default.tfstate", broken)
    assert read_state(grid).code == 0


def test_copy_of_outputs_holds_no_sensitive_value(
    grid: Grid, cloud: LocalGoogle, state: bytes, world: World
) -> None:
    cloud.storage.write(STATE_BUCKET, f"{STATE_PREFIX}/default.tfstate", state)
    world.act = lambda session: publish_outputs(session.shared)
    for _ in range(2):
        assert grid("status", "test").code == 0
    copy = cloud.storage.read(STATE_BUCKET, f"{STATE_PREFIX}/{COPY}")
    assert b"hunter2" not in copy
    assert json.loads(copy)["outputs"].keys() == cloud.outputs().keys()


def test_environment_that_is_not_applied_is_a_usage_error(grid: Grid) -> None:
    result = read_state(grid)
    assert result.code == 2
    assert "the environment is not applied" in result.json["error"]


@pytest.mark.parametrize("name", ["default.tfstate", COPY])
def test_outputs_error_names_object_when_it_is_broken(
    grid: Grid, cloud: LocalGoogle, name: str
) -> None:
    cloud.storage.write(STATE_BUCKET, f"{STATE_PREFIX}/{name}", b'{"outputs": []}')
    result = read_state(grid)
    assert result.code == 1
    assert f"gs://{STATE_BUCKET}/{STATE_PREFIX}/{name} has no outputs" in result.json["error"]


def test_unknown_environment_error_lists_known_environments(grid: Grid) -> None:
    result = grid.bare("status", "tset", "--json")
    assert result.code == 2
    assert result.json["advice"] == "name one of the environments: test"
