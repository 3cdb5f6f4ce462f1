"""Command lines of `grid` in the workflows, recorded by running each script with a stub."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.workflows.files import GITHUB, WORKFLOWS, jobs

GRID = ".venv/bin/python -m operations"
DIGEST = f"sha256:{'0' * 64}"
IMAGES = ("api", "auth", "migrations")
"""Services whose images a run of the pipeline built."""
_STUB = '#!/bin/sh\nprintf "%s\\0" "$@" >> called\n'
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
"""Command with which GitHub runs a script of shell `bash`; test_workflows.py checks the shell."""


class Call(NamedTuple):
    """Command line of `grid`, and the job that runs it."""

    workflow: str
    job: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.workflow}: grid {' '.join(self.arguments)}"


@cache
def calls() -> tuple[Call, ...]:
    """Every command line of `grid` in the workflows, with its variables replaced."""
    return tuple(
        Call(file.stem, name, tuple(_run(step["run"])))
        for file in WORKFLOWS
        for name, job in jobs(file).items()
        for step in job.get("steps", ())
        if GRID in step.get("run", "")
    )


def _run(script: str) -> Iterator[str]:
    """Run a script that calls `grid` once, and return what `grid` got."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        python = folder / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(_STUB, encoding="utf-8")
        python.chmod(0o755)
        (folder / "plan").mkdir()
        (folder / ".github").symlink_to(GITHUB)
        lines = (f"{service}={reference(service)}\n" for service in IMAGES)
        (folder / "images.txt").write_text("".join(lines), encoding="utf-8")
        environ = {"PATH": os.environ["PATH"], "ENVIRONMENT": "prod", "PLAN": DIGEST}
        bash = shutil.which(BASH[0]) or BASH[0]
        subprocess.run([bash, *BASH[1:], script], cwd=folder, env=environ, check=True)
        m, operations, *arguments = (folder / "called").read_text("utf-8").split("\0")[:-1]
        assert (m, operations) == ("-m", "operations")
        yield from arguments


def reference(service: str) -> str:
    """Return the image of a service, as the pipeline pushes it."""
    return f"us-central1-docker.pkg.dev/grid-prod-example/services/{service}@{DIGEST}"
