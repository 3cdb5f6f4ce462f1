"""`grid permissions`: what the requests of a stack need, and a role with just that."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract.permissions import Purpose, needed
from facts import iam
from tests.operations.commandline import Grid
from tests.operations.doctoring import set_up
from tests.operations.platform import LocalGoogle
from tests.template import platforms

SECRETS = {"resource": {"google_secret_manager_secret": {"key": {"secret_id": "key"}}}}
BUDGET = "billing.budgets.create"


@pytest.fixture(autouse=True)
def stacks(cloud: LocalGoogle, grid: Grid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(cloud, grid, tmp_path, monkeypatch)


def test_needed_names_permissions_of_purpose_and_their_types() -> None:
    types = {"google_secret_manager_secret"}
    assert needed(SECRETS, Purpose.plan) == {"secretmanager.secrets.get": types}
    assert needed(SECRETS, Purpose.destroy) == {
        "secretmanager.secrets.get": types,
        "secretmanager.secrets.delete": types,
    }
    assert needed(SECRETS, Purpose.apply).keys() == {
        f"secretmanager.secrets.{verb}" for verb in ("create", "delete", "get", "update")
    }


def test_needed_ignores_resources_of_other_providers() -> None:
    assert needed({"resource": {"random_id": {"suffix": {}}}}, Purpose.apply) == {}


def test_permissions_names_the_type_when_its_requests_are_unknown(grid: Grid) -> None:
    document: dict[str, Any] = {"resource": {"google_spanner_instance": {"main": {}}}}
    file = grid.folder / "stacks" / "test" / "cdk.tf.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    result = grid.bare("permissions", "test", "--json")
    assert result.code == 2
    assert "google_spanner_instance" in result.json["error"]


@pytest.mark.parametrize("name", sorted(platforms()))
def test_plan_of_every_environment_needs_no_data_except_the_auth_string(name: str) -> None:
    found = {one for one in needed(platforms()[name].document, Purpose.plan) if iam.reads_data(one)}
    assert found == {"redis.instances.getAuthString"}


def test_permissions_compares_needed_with_granted(grid: Grid) -> None:
    result = grid.bare("permissions", "test", "--for", "plan", "--json").json["result"]
    assert result["needed"] == len(result["permissions"]) < result["granted"]
    assert result["lacking"] == []
    assert result["permissions"]["run.jobs.get"] == {
        "on": "project",
        "types": ["google_cloud_run_v2_job"],
    }
    assert result["permissions"]["billing.budgets.get"]["on"] == "billing account"


def test_permissions_prints_totals_by_service(grid: Grid) -> None:
    lines = grid.bare("permissions", "test", "--for", "apply").stdout.splitlines()
    [run] = [line.split() for line in lines if line.startswith("run ")]
    assert int(run[1]) < int(run[2])
    assert lines[-1].split()[0] == "all"


def test_permissions_works_when_the_bootstrap_is_not_synthesized(grid: Grid) -> None:
    (grid.folder / "stacks" / "test-bootstrap" / "cdk.tf.json").unlink()
    result = grid.bare("permissions", "test", "--json")
    assert result.code == 0
    assert (result.json["result"]["granted"], result.json["result"]["lacking"]) == (0, [])


def test_role_file_has_what_a_project_can_grant(grid: Grid, tmp_path: Path) -> None:
    file = tmp_path / "role.yaml"
    found = grid.bare("permissions", "test", "--for=apply", f"--role-file={file}", "--json").json
    role = yaml.safe_load(file.read_text("utf-8"))
    assert role.keys() == {"title", "description", "stage", "includedPermissions"}
    names = found["result"]["permissions"]
    assert BUDGET in names
    assert role["includedPermissions"] == sorted(
        name for name, one in names.items() if one["on"] == "project"
    )
    assert len(role["includedPermissions"]) < iam.max_permissions_of_custom_role()


def test_role_file_that_cannot_be_written_is_an_error(grid: Grid, tmp_path: Path) -> None:
    file = tmp_path / "missing" / "role.yaml"
    result = grid.bare("permissions", "test", f"--role-file={file}", "--json")
    assert result.code == 1
    assert "cannot be written" in json.loads(result.stdout)["error"]
