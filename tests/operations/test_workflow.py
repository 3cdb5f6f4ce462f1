"""What is planned is what the environment files say now."""

from pathlib import Path

import pytest

from operations.core.terraform import VARIABLE
from tests.operations.commandline import Grid


@pytest.fixture(autouse=True)
def terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a Terraform say its version, and fail at the rest."""
    script = tmp_path / "terraform-version"
    script.write_text(
        '#!/bin/sh\n[ "$1" = version ] || { echo "no backend" >&2; exit 1; }\n'
        'echo \'{"terraform_version": "1.11.4"}\'\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(script))


def test_plan_synthesizes_environment_first(grid: Grid) -> None:
    result = grid.bare("plan", "dev", "--json")
    assert (result.code, result.json["outcome"]) == (1, "failed")
    assert "no backend" in result.json["error"]
    assert "grid doctor dev" in result.json["advice"]
    assert (grid.folder / "stacks" / "dev" / "cdk.tf.json").is_file()


def test_plan_rejects_out_in_missing_folder(grid: Grid, tmp_path: Path) -> None:
    out = tmp_path / "none" / "plan"
    result = grid.bare("plan", "dev", "--no-synth", "--json", f"--out={out}")
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert result.json["advice"] == f"mkdir -p {out.parent}"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("#!/no/such/interpreter\n", "cannot be run"),
        ("#!/bin/sh\necho Terraform v0.12.31\n", "says 'Terraform v0.12.31'"),
        ('#!/bin/sh\necho \'{"terraform_version": "1.10.5"}\'\n', "is Terraform 1.10.5"),
    ],
)
def test_invalid_terraform_program_is_a_usage_error(
    grid: Grid, tmp_path: Path, program: str, said: str
) -> None:
    (tmp_path / "terraform-version").write_text(program, encoding="utf-8")
    result = grid.bare("plan", "dev", "--json")
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert said in result.json["error"]
    assert "GRID_TERRAFORM" in result.json["advice"]


def test_terraform_command_has_timeout(
    grid: Grid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "terraform-version").write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    monkeypatch.setattr("operations.core.terraform.LONGEST", 0.1)
    result = grid.bare("plan", "dev", "--json")
    assert (result.code, result.json["outcome"]) == (1, "failed")
    assert "did not end in" in result.json["error"]


def test_unknown_environment_is_a_usage_error(grid: Grid) -> None:
    result = grid.bare("apply", "nosuch", "--yes", "--json")
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert "the state of nosuch cannot be found" in result.json["error"]
    result = grid.bare("drift", "nosuch", "--no-synth", "--json")
    assert result.code == 2
    assert "nosuch is not synthesized" in result.json["error"]
    result = grid.bare("doctor", "nosuch", "--json")
    assert result.code == 2
