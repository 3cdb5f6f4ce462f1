"""A stack that is older than its environment file is found out."""

from pathlib import Path

import pytest

from contract import synthesis


@pytest.fixture(autouse=True)
def folder_of_environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_ENVIRONMENTS", str(tmp_path))


def test_check_passes_until_the_environment_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "dev.yaml"
    file.write_text("protect: true\n")
    synthesis.record(tmp_path, file)
    synthesis.check(tmp_path)
    file.write_text("protect: false\n")
    with pytest.raises(synthesis.StaleStackError, match="older than"):
        synthesis.check(tmp_path)


def test_check_fails_when_the_environment_file_was_deleted(tmp_path: Path) -> None:
    file = tmp_path / "dev.yaml"
    file.touch()
    synthesis.record(tmp_path, file)
    file.unlink()
    with pytest.raises(synthesis.StaleStackError, match="no longer exists"):
        synthesis.check(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"sha256": "x"}'])
def test_check_fails_when_the_record_is_damaged(tmp_path: Path, text: str) -> None:
    (tmp_path / synthesis.RECORD).write_text(text)
    with pytest.raises(synthesis.StaleStackError, match="cannot be read"):
        synthesis.check(tmp_path)


def test_stack_without_a_record_passes(tmp_path: Path) -> None:
    synthesis.check(tmp_path)
