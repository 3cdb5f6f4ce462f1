"""The wheel works without the repository: data files are in it, and the command runs."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import facts
import offline

PROJECT = Path(__file__).parents[1]
SOURCE = Path(offline.__file__).parent
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, and unpack it and the package facts into a folder."""
    if not UV.exists():
        pytest.skip("uv is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [UV, "build", "--offline", "--quiet", "--wheel", "--out-dir", folder, PROJECT], check=True
    )
    [wheel] = folder.glob("*.whl")
    target = folder / "target"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    (target / "facts").symlink_to(Path(facts.__file__).parent)
    return target


def run(installed: Path, *args: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in an empty folder, with the wheel first on the path."""
    environ = {**os.environ, "PYTHONPATH": str(installed), "HOME": str(home)}
    environ.pop("XDG_CACHE_HOME", None)
    return subprocess.run(
        [sys.executable, "-m", "offline", *args],
        cwd=home,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_wheel_has_every_data_file(installed: Path) -> None:
    def data(root: Path) -> set[Path]:
        suffixes = {".json", ".proto"}
        return {file.relative_to(root) for file in root.rglob("*") if file.suffix in suffixes}

    assert len(data(SOURCE)) > 90
    assert data(installed / "offline") == data(SOURCE)


def test_wheel_is_imported(installed: Path, tmp_path: Path) -> None:
    code = "import offline; print(offline.__file__)"
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(installed)


def test_installed_command_lists_an_empty_cloud(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "world", home=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_installed_command_names_itself_offline(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "--help", home=tmp_path).stdout.startswith("usage: offline ")


def test_installed_command_reads_its_own_facts(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "coverage", "google_sql_user", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].split()[:2] == ["google_sql_user", "20"]
