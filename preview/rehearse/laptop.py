"""Machine of an operator: a folder, variables, and commands that run in it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from offline.terraform.session import Offline

ROOT = Path(__file__).parents[2]
BOOTSTRAP = "-bootstrap"
_FOREIGN = re.compile(r"(?:GRID|TF_VAR)_.*|TF_CLI_ARGS_.*|CDKTF_OUTDIR")
"""Variables of the operator that would change what a command of the rehearsal does."""


class StepFailedError(Exception):
    """A command ended with another exit code, or a result is not the expected one.

    The message says which; `output` is what the command printed.
    """

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class Laptop:
    """Commands of one operator on one environment, with a log of all that they print."""

    def __init__(self, environment: str, folder: Path, session: Offline, log: IO[str]) -> None:
        self.environment, self.folder, self._session, self._log = environment, folder, session, log
        self.variables = {
            "CDKTF_OUTDIR": str(folder / "cdktf.out"),
            "GRID_ENVIRONMENTS": str(folder / "environments"),
        }
        """Variables of every command."""
        self.typed: list[str] = []
        """Commands since it was last emptied, as an operator types them."""

    @property
    def environments(self) -> Path:
        """Folder with a copy of the environment files."""
        return self.folder / "environments"

    def stack(self, suffix: str = "") -> Path:
        """Return the folder of the synthesized stack, or of the one with `BOOTSTRAP`."""
        return self.folder / "cdktf.out" / "stacks" / f"{self.environment}{suffix}"

    def copy_environments(self, source: Path) -> None:
        """Copy the environment files, so that a step can edit them.

        Raises:
            OSError: They cannot be read.
        """
        shutil.copytree(source, self.environments, ignore=shutil.ignore_patterns("*.py", "*.json"))

    def synth(self, *options: str) -> str:
        """Write the Terraform JSON, as `make synth` and `make bootstrap` do."""
        target = "bootstrap" if options else "synth"
        self.type(f"make {target} ENV={self.environment}")
        command = [sys.executable, "-O", str(ROOT / "main.py"), *options, self.environment]
        return self._run(command, ROOT)

    def terraform(self, *arguments: str, stack: str = "") -> str:
        """Run Terraform in the folder of a stack, and return its output."""
        self.type(shlex.join(("terraform", *arguments)))
        folder = self.stack(stack)
        return self._run(self._session.core.command(arguments), folder, self._world(folder))

    def grid(self, *arguments: str, codes: tuple[int, ...] = (0,), machine: str = "") -> str:
        """Run `grid`, and return its output.

        `codes` are the expected exit codes. `machine` names another machine, which has journals of
        its own.
        """
        self.type(shlex.join(("grid", *arguments)))
        own = {"GRID_FOLDER": str(self.folder / f"grid{machine}"), "PYTHONPATH": str(ROOT)}
        variables = {**self._world(self.stack()), **own}
        command = [sys.executable, "-P", "-m", "operations", *arguments]
        return self._run(command, self.folder, variables, codes=codes)

    def type(self, command: str) -> None:
        """Note a command as an operator types it."""
        self.typed.append(command)
        self._log.write(f"\n$ {command}\n")
        self._log.flush()

    def _world(self, folder: Path) -> Mapping[str, str]:
        """Return the variables that lead Terraform in a folder to the world."""
        environ = self._session.environ(folder)
        return {k: v for k, v in environ.items() if not _FOREIGN.fullmatch(k)}

    def _run(
        self,
        command: list[str],
        directory: Path,
        variables: Mapping[str, str] | None = None,
        *,
        codes: tuple[int, ...] = (0,),
    ) -> str:
        inherited = {k: v for k, v in os.environ.items() if not _FOREIGN.fullmatch(k)}
        done = subprocess.run(  # noqa: S603
            command,
            cwd=directory,
            env={**inherited, **(variables or {}), **self.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        self._log.write(done.stdout)
        self._log.flush()
        if done.returncode not in codes:
            expected = " or ".join(map(str, codes))
            message = f"exit code {done.returncode} of {self.typed[-1]}, expected: {expected}"
            raise StepFailedError(message, done.stdout)
        return done.stdout
