"""Snapshots of the owner's environments: current, complete, and replaced only as a whole."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import snapshots
from tests.live import FOLDER, NAMES
from tests.template import ENVIRONMENTS, ROOT, stacks


def test_snapshots_are_current() -> None:
    assert snapshots.outdated(snapshots.render(stacks(FOLDER))) == [], (
        "review what changed, then run `make snapshots`"
    )


def _write(environments: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.snapshots", str(environments), str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_snapshots_of_an_invalid_file_change_nothing(tmp_path: Path) -> None:
    environments, folder = tmp_path / "environments", tmp_path / "snapshots"
    environments.mkdir()
    folder.mkdir()
    (folder / "dev.tf.json").write_text("reviewed")
    (environments / "dev.yaml").write_text("environment: dev\n")
    finished = _write(environments, folder)
    assert finished.returncode == 2
    assert "project_id" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert [file.name for file in folder.iterdir()] == ["dev.tf.json"]
    assert (folder / "dev.tf.json").read_text() == "reviewed"


def test_snapshots_replace_changed_files_and_remove_those_without_a_stack(tmp_path: Path) -> None:
    environments, folder = tmp_path / "environments", tmp_path / "snapshots"
    environments.mkdir()
    folder.mkdir()
    (environments / "dev.yaml").write_text((ENVIRONMENTS / "dev.yaml").read_text())
    for name in ("dev.tf.json", "gone.tf.json", "gone.addresses.txt", "notes.md"):
        (folder / name).write_text("old")
    finished = _write(environments, folder)
    assert finished.returncode == 0, finished.stderr
    assert sorted(file.name for file in folder.iterdir()) == [
        "dev-bootstrap.addresses.txt",
        "dev-bootstrap.tf.json",
        "dev.addresses.txt",
        "dev.tf.json",
        "notes.md",
    ]
    assert "google_compute_network" in (folder / "dev.tf.json").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_snapshot_has_no_value_of_a_fixture(name: str) -> None:
    """A live stack is made from the owner's file."""
    assert stacks(FOLDER)[name].document["provider"]["google"][0]["project"] in (
        FOLDER / f"{name}.yaml"
    ).read_text(encoding="utf-8")
