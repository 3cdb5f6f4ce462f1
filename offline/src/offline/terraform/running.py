"""Terraform's core as a process: with captured output, or with this process's streams."""

from __future__ import annotations

import re
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import IO

from offline.terraform.core import Core, core
from offline.terraform.processes import forward_signals

_UNKNOWN = re.compile(
    r"Error: (?:Unsupported (?:argument|block type)|Invalid (?:resource|data source))"
)


class TerraformError(subprocess.CalledProcessError):
    """A captured Terraform command failed; as text it ends with what Terraform said."""

    def __str__(self) -> str:
        result = (self.stderr or "").strip() or (self.stdout or "").strip()
        return f"terraform {' '.join(self.cmd)} ended with {self.returncode}:\n{result[-8000:]}"


class Runner(ABC):
    """Runs Terraform in directories, with an environment that leads it to an offline Google.

    Raises:
        offline.terraform.core.CoreNotFoundError: there is no Terraform, from the first command.
    """

    @cached_property
    def core(self) -> Core:
        """The Terraform that runs the commands."""
        return core()

    @abstractmethod
    def environ(self, chdir: Path | None = None) -> dict[str, str]:
        """Return the variables of a Terraform process.

        Everything of this process's environment is in it, without what leads to the real Google.
        `chdir` is where Terraform works, the current folder without it: the providers then serve
        what that needs.
        """

    def hint(self, chdir: Path) -> str:  # noqa: ARG002 (for those who have one)
        """Return what may be behind unknown types and arguments; empty where nothing is."""
        return ""

    def terraform(
        self,
        *args: str,
        chdir: Path,
        check: bool = True,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
        log: IO[str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one command in a directory and return its output, without colours.

        Terraform asks nothing unless `stdin` has the answers. `env` is added to the environment.
        With `log` both streams go there while it runs, and the result has none.

        Raises:
            TerraformError: it failed and `check` is true.
        """
        environ = {"TF_INPUT": "0", "TF_CLI_ARGS": "-no-color"} if stdin is None else {}
        done = subprocess.run(  # noqa: S603
            self.core.command(args),
            cwd=chdir,
            env={**self.environ(chdir), **environ, **(env or {})},
            input=stdin or "",
            stdout=log or subprocess.PIPE,
            stderr=subprocess.STDOUT if log else subprocess.PIPE,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if check and done.returncode:
            error = TerraformError(done.returncode, list(args), done.stdout, done.stderr)
            if _UNKNOWN.search(f"{done.stderr}") and (hint := self.hint(chdir)):
                error.add_note(hint)
            raise error
        return done

    def interactive(self, args: Iterable[str], *, chdir: Path) -> int:
        """Run Terraform with this process's streams.

        `chdir` is where it will work: the providers then serve what that needs. Ctrl-C reaches
        Terraform from the terminal, SIGTERM and SIGHUP are passed on, and this process stays until
        Terraform has ended: it serves the providers. Returns the exit code, 128 + n for death by
        signal n.
        """
        command = self.core.command(list(args))
        process = subprocess.Popen(command, env=self.environ(chdir))  # noqa: S603
        with process, forward_signals(process):
            code = process.wait()
        return code if code >= 0 else 128 - code
