"""What is installed: the packages that the commands need, and the developer tools on top."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT, imports

SERVICES = {name for name in PACKAGES if name.startswith("grid_")}
COMMANDS = sorted({*PACKAGES} - SERVICES - {"benchmarks"})
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def _packages(lock: str) -> dict[str, str]:
    """Read a lock file: each package with its version and hashes, by name."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.findall(r"^([\w.-]+)==([\w.]+)[^\\]*((?:\\\n *--hash=\S+\s)+)", text, re.MULTILINE)
    return {name: version + hashes for name, version, hashes in blocks}


RUNTIME = _packages("requirements.txt")
DEVELOPER = _packages("requirements-dev.txt")


def _megabytes(names: set[str]) -> float:
    """Add up the files of those packages that this Python has."""
    files = [
        Path(str(file.locate()))
        for distribution in importlib.metadata.distributions()
        if distribution.name.lower().replace("_", "-") in names
        for file in distribution.files or ()
    ]
    return sum(file.stat().st_size for file in files if file.exists()) / 2**20


def _locks(target: str, folder: Path) -> list[str]:
    """List the lock files that make would install for a target in this folder, in order."""
    process = subprocess.run(
        ["make", "--dry-run", target],  # noqa: S607
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=True,
    )
    return re.findall(r"pip sync .*--require-hashes (requirements[\w-]*\.txt)", process.stdout)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with the files that the installation depends on."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "requirements-uv.txt"):
        shutil.copy(ROOT / name, tmp_path)
    for package in ("facts", "offline"):
        (tmp_path / package).mkdir()
        shutil.copy(ROOT / package / "pyproject.toml", tmp_path / package)
    return tmp_path


def test_commands_get_the_versions_of_the_tests() -> None:
    assert RUNTIME
    assert RUNTIME.items() <= DEVELOPER.items()


@pytest.mark.parametrize("package", COMMANDS)
def test_command_imports_only_packages_installed_for_it(package: str) -> None:
    providers = importlib.metadata.packages_distributions()
    missing = []
    for item in imports(package):
        module = item.target.partition(".")[0]
        names = {name.lower().replace("_", "-") for name in providers.get(module, ())}
        if module not in sys.stdlib_module_names and names and names.isdisjoint(RUNTIME):
            missing.append(str(item))
    assert missing == []


@pytest.mark.parametrize(
    ("phase", "names"),
    [
        ("Installing packages to synthesize", set(RUNTIME)),
        ("Adding developer tools", DEVELOPER.keys() - RUNTIME.keys()),
    ],
)
def test_installation_states_size_of_its_packages(phase: str, names: set[str]) -> None:
    [stated] = re.findall(rf'report "{phase}[^;]* (\d+) MB on disk\)"', MAKEFILE)
    assert int(stated) == pytest.approx(_megabytes(names), rel=0.25)


@pytest.mark.parametrize(
    "target", ["install-runtime", "try", "synth", "check", "new", "bootstrap", "docs", "snapshots"]
)
def test_target_leaves_developer_tools_out_when_it_needs_none(clone: Path, target: str) -> None:
    assert _locks(target, clone) == ["requirements.txt"]


@pytest.mark.parametrize("target", ["install", "test", "lint-github", "types", "format", "commits"])
def test_target_adds_developer_tools_when_it_needs_them(clone: Path, target: str) -> None:
    assert _locks(target, clone) == ["requirements.txt", "requirements-dev.txt"]


def test_target_keeps_developer_tools_when_packages_change(clone: Path) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / ".installed-dev").touch()
    assert _locks("synth", clone) == ["requirements.txt", "requirements-dev.txt"]
