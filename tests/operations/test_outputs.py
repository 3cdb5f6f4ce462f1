"""What Terraform's outputs say, and what is said when they do not."""

import json
import shlex
from pathlib import Path

import pytest

from contract.outputs import PlatformOutputs
from environments import load as load_all
from offline.terraform.core import core
from operations.core.errors import FailedError, UsageError
from operations.core.outputs import CONTRACT_VERSION, load_outputs
from operations.core.runtime import Runtime
from operations.core.terraform import VARIABLE
from tests.operations import platform
from tests.operations.commandline import Grid
from tests.operations.platform import LocalGoogle
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
    assert (result.code, result.json["outcome"]) == (2, "wrong usage")
    assert "registry: field required" in result.json["error"]
    assert "database.instance: field required" in result.json["error"]
    assert f"written by: {version}" in result.json["error"]


@pytest.mark.parametrize("text", ["", "[]", '{"project_id": "p"}', '{"project_id": {}}'])
def test_outputs_file_with_other_content_is_rejected(grid: Grid, text: str) -> None:
    grid.outputs.write_text(text, encoding="utf-8")
    result = grid("status", "test", "--json")
    assert result.code == 2
    assert "terraform output -json" in result.json["error"] + result.json["advice"]


def test_missing_outputs_file_is_a_usage_error(grid: Grid) -> None:
    grid.outputs.unlink()
    result = grid("status", "test", "--json")
    assert result.code == 2
    assert str(grid.outputs) in result.json["error"]


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cloud: LocalGoogle) -> Runtime:
    """Provide a stack of outputs alone, and Terraform."""
    script = tmp_path / "terraform"
    command = " ".join(map(shlex.quote, core().command([])))
    script.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(script))
    runtime = Runtime(stacks=tmp_path / "stacks")
    (runtime.stacks / "test").mkdir(parents=True)
    stack = {"output": {name: {"value": value} for name, value in cloud.outputs().items()}}
    (runtime.stacks / "test" / "cdk.tf.json").write_text(json.dumps(stack), encoding="utf-8")
    return runtime


def test_outputs_are_read_from_state(runtime: Runtime, cloud: LocalGoogle) -> None:
    from operations.core import terraform

    stack = runtime.stacks / "test"
    terraform.capture("apply", "-auto-approve", directory=stack)
    assert load_outputs("test", None, runtime) == PlatformOutputs.model_validate(cloud.outputs())


def test_state_without_outputs_is_a_usage_error(runtime: Runtime) -> None:
    with pytest.raises(UsageError, match="the outputs in the state of test do not fit"):
        load_outputs("test", None, runtime)


def test_terraform_error_is_reported(runtime: Runtime) -> None:
    (runtime.stacks / "test" / "cdk.tf.json").write_text("{", encoding="utf-8")
    with pytest.raises(FailedError, match=r"terraform output -json in .* ended with 1"):
        load_outputs("test", None, runtime)


def test_unknown_environment_error_lists_known_environments(runtime: Runtime) -> None:
    with pytest.raises(UsageError, match=r"tset is not synthesized: .* has test"):
        load_outputs("tset", None, runtime)


def test_missing_terraform_is_a_usage_error(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "no-such-terraform")
    with pytest.raises(UsageError, match="there is no program no-such-terraform"):
        load_outputs("test", None, runtime)
