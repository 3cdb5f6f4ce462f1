"""A copy of the repository, and its commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.template import ROOT

_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".cache", "cdktf.out", "__pycache__", ".*_cache", ".hypothesis", ".grid"
)


@dataclass(frozen=True)
class Repository:
    """A copy of this repository in a folder, with the packages of this one's environment."""

    folder: Path

    @classmethod
    def copy(cls, folder: Path) -> Repository:
        """Copy the files of this repository into a new folder."""
        shutil.copytree(ROOT, folder, ignore=_LEFT_OUT, symlinks=True)
        # `./grid` looks for it.
        (folder / ".venv").symlink_to(sys.prefix)
        return cls(folder)

    @property
    def environments(self) -> Path:
        """The folder of the owner's environment files."""
        return self.folder / "environments"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the Python environment: `python`, `ruff`, `zizmor` and others."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if name != "GRID_ENVIRONMENTS" and not name.startswith("PYTEST_")
        }
        program = (
            sys.executable
            if command[0] == "python"
            else shutil.which(command[0], path=str(Path(sys.executable).parent))
        )
        return subprocess.run(
            [str(program), *command[1:]],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
