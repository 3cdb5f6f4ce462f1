"""What is planned is what the environment files say now."""

from pathlib import Path

import pytest

from operations.terraform import VARIABLE
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


def test_an_environment_that_is_not_there_is_told(grid: Grid) -> None:
    ended = grid.bare("apply", "nosuch", "--yes", "--json")
    assert (ended.code, ended.json["outcome"]) == (2, "wrong usage")
    assert "nosuch cannot be synthesized" in ended.json["error"]
    ended = grid.bare("drift", "nosuch", "--no-synth", "--json")
    assert ended.code == 2
    assert "there is no stack nosuch" in ended.json["error"]
    ended = grid.bare("doctor", "nosuch", "--json")
    assert ended.code == 2
