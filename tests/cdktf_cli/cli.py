"""A command line that is installed from its lock file, and run on this project."""

import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks import npm
from offline.terraform.session import Offline

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROGRAMS = {
    "cdktf": Path("node_modules", "cdktf-cli", "bundle", "bin", "cdktf"),
    "cdktn": Path("node_modules", "cdktn-cli", "bin", "cdktn"),
}
"""What npm links as `cdktf` and as `cdktn`."""

_SECONDS = 300
_OF_A_MAKE = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "ENV"}
"""What a `make test` leaves in the environment, and the app's `make` would take for its own."""


@dataclass(frozen=True)
class Cli:
    """One of the command lines, with an offline Google and a folder for what it synthesizes."""

    name: str
    cloud: Offline
    folder: Path

    @property
    def stack(self) -> Path:
        """Where the dev stack is synthesized."""
        return self.folder / "cdktf.out" / "stacks" / "dev"

    def run(self, *args: str, expect: int = 0) -> str:
        """Run a command in the project's folder; returns what it printed.

        Fails with what it said unless it ends as expected.
        """
        program = installed(self.name) / PROGRAMS[self.name]
        done = subprocess.run(
            [npm.node(), str(program), *args, "--output", str(self.folder / "cdktf.out")],
            cwd=ROOT,
            env=self._environ(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
        said = f"{done.stdout}\n{done.stderr}"
        assert done.returncode == expect, f"{self.name} {shlex.join(args)}\n{said[-8000:]}"
        return said

    def _environ(self) -> dict[str, str]:
        given = self.cloud.environ(self.stack if self.stack.exists() else self.folder)
        path = os.pathsep.join((str(Path(npm.node()).parent), given["PATH"]))
        return {name: value for name, value in given.items() if name not in _OF_A_MAKE} | {
            "CI": "1",
            "DISABLE_VERSION_CHECK": "1",
            "HOME": str(self.folder),
            "NO_COLOR": "1",
            "PATH": path,  # cdktn asks the `node` that it finds there for its version
            "TERRAFORM_BINARY_NAME": str(self._terraform()),
            "TF_VAR_openai_key": "sk-given-by-the-test-0123456789",
        }

    def _terraform(self) -> Path:
        """Return a program that runs the core: its command may have several words."""
        program = self.folder / "terraform"
        command = shlex.join(self.cloud.core.prefix)
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        return program


def installed(name: str) -> Path:
    """Return the folder with the packages of a command line.

    Raises:
        benchmarks.npm.NotInstalledError: they cannot be installed here.
    """
    folder = ROOT / ".cache" / f"cli-{name}"
    npm.install(HERE / name, folder)
    return folder


def make_synth(outdir: Path) -> dict[str, bytes]:
    """Return the output of `make synth` by the name of the environment."""
    own = {name: value for name, value in os.environ.items() if name not in _OF_A_MAKE}
    subprocess.run(
        ["make", "--silent", "synth"],  # noqa: S607
        cwd=ROOT,
        env={**own, "CDKTF_OUTDIR": str(outdir)},
        check=True,
        timeout=_SECONDS,
    )
    return stacks(outdir)


def stacks(outdir: Path) -> dict[str, bytes]:
    """Return the stacks of a folder, by the name of the environment."""
    return {file.parent.name: file.read_bytes() for file in outdir.glob("stacks/*/cdk.tf.json")}
