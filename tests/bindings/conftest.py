"""Projects with and without an overlay."""

import shutil
from pathlib import Path

import pytest

from tests.bindings.project import run, write_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Provide a project without an overlay."""
    return write_project(tmp_path / "project")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide a project with an overlay, for tests that change neither."""
    project = write_project(tmp_path_factory.mktemp("built") / "project")
    process = run(["-m", "bindings"], cwd=project)
    assert process.returncode == 0, process.stderr
    return project


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """Provide a project with an overlay, for one test."""
    return shutil.copytree(built, tmp_path / "copy", symlinks=True)
