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


def test_the_environment_is_synthesized_first(grid: Grid) -> None:
    ended = grid.bare("plan", "dev", "--json")
    assert (ended.code, ended.json["outcome"]) == (1, "as before")
    assert "no backend" in ended.json["error"]
    assert "grid doctor dev" in ended.json["advice"]
    assert (grid.folder / "stacks" / "dev" / "cdk.tf.json").is_file()


def test_a_plan_is_not_made_for_a_folder_that_is_not_there(grid: Grid, tmp_path: Path) -> None:
    out = tmp_path / "none" / "plan"
    ended = grid.bare("plan", "dev", "--no-synth", "--json", f"--out={out}")
    assert (ended.code, ended.json["outcome"]) == (2, "wrong usage")
    assert ended.json["advice"] == f"mkdir -p {out.parent}"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("#!/no/such/interpreter\n", "cannot be run"),
        ("#!/bin/sh\necho Terraform v0.12.31\n", "says 'Terraform v0.12.31'"),
        ('#!/bin/sh\necho \'{"terraform_version": "1.10.5"}\'\n', "is Terraform 1.10.5"),
    ],
)
def test_a_terraform_that_is_none_is_told(
    grid: Grid, tmp_path: Path, program: str, said: str
) -> None:
    (tmp_path / "terraform-version").write_text(program, encoding="utf-8")
    ended = grid.bare("plan", "dev", "--json")
    assert (ended.code, ended.json["outcome"]) == (2, "wrong usage")
    assert said in ended.json["error"]
    assert "GRID_TERRAFORM" in ended.json["advice"]


def test_terraform_is_not_waited_for_without_end(
    grid: Grid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "terraform-version").write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    monkeypatch.setattr("operations.core.terraform.LONGEST", 0.1)
    ended = grid.bare("plan", "dev", "--json")
    assert (ended.code, ended.json["outcome"]) == (1, "as before")
    assert "did not end in" in ended.json["error"]


def test_an_environment_that_is_not_there_is_told(grid: Grid) -> None:
    ended = grid.bare("apply", "nosuch", "--yes", "--json")
    assert (ended.code, ended.json["outcome"]) == (2, "wrong usage")
    assert "nosuch cannot be synthesized" in ended.json["error"]
    ended = grid.bare("drift", "nosuch", "--no-synth", "--json")
    assert ended.code == 2
    assert "there is no stack nosuch" in ended.json["error"]
    ended = grid.bare("doctor", "nosuch", "--json")
    assert ended.code == 2
