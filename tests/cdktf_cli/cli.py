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
_MAKE_VARIABLES = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "ENV"}
"""Variables of a `make test`, which the app's own `make` would read."""


@dataclass(frozen=True)
class Cli:
    """One of the command lines, with an offline Google and a folder for its output."""

    name: str
    cloud: Offline
    folder: Path

    @property
    def stack(self) -> Path:
        """Where the dev stack is synthesized."""
        return self.folder / "cdktf.out" / "stacks" / "dev"

    def run(self, *args: str, expect: int = 0) -> str:
        """Run a command in the project's folder; return its output.

        Fails with the output unless the exit code is the expected one.
        """
        program = installed(self.name) / PROGRAMS[self.name]
        process = subprocess.run(
            [npm.node(), str(program), *args, "--output", str(self.folder / "cdktf.out")],
            cwd=ROOT,
            env=self._environ(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
        output = f"{process.stdout}\n{process.stderr}"
        assert process.returncode == expect, f"{self.name} {shlex.join(args)}\n{output[-8000:]}"
        return output

    def _environ(self) -> dict[str, str]:
        variables = self.cloud.environ(self.stack if self.stack.exists() else self.folder)
        path = os.pathsep.join((str(Path(npm.node()).parent), variables["PATH"]))
        return {name: value for name, value in variables.items() if name not in _MAKE_VARIABLES} | {
            "CI": "1",
            "DISABLE_VERSION_CHECK": "1",
            "HOME": str(self.folder),
            "NO_COLOR": "1",
            "PATH": path,  # cdktn runs the `node` of this path to read its version
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
    environment = {name: value for name, value in os.environ.items() if name not in _MAKE_VARIABLES}
    subprocess.run(
        ["make", "--silent", "synth"],  # noqa: S607
        cwd=ROOT,
        env={**environment, "CDKTF_OUTDIR": str(outdir)},
        check=True,
        timeout=_SECONDS,
    )
    return stacks(outdir)


def stacks(outdir: Path) -> dict[str, bytes]:
    """Return the stacks of a folder, by the name of the environment."""
    return {file.parent.name: file.read_bytes() for file in outdir.glob("stacks/*/cdk.tf.json")}
