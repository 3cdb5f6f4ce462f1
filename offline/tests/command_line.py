"""`python -m offline` and a small synthesized environment, for the tests of both."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from offline.__main__ import main

ROOT = Path(__file__).resolve().parents[1] / "src"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


class Cli:
    """The command line in this process: one of its own for each command would cost a minute."""

    def __init__(
        self,
        capfd: pytest.CaptureFixture[str],
        patch: pytest.MonkeyPatch,
        run: Callable[[tuple[str, ...]], int],
    ) -> None:
        self._capfd, self._patch, self._run = capfd, patch, run

    def __call__(self, *args: str, env: Mapping[str, str] | None = None) -> Done:
        self._capfd.readouterr()
        with self._patch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            try:
                code = self._run(args)
            except SystemExit as end:  # argparse
                code = int(end.code or 0)
        return Done(code, *self._capfd.readouterr())


def command_line(
    capfd: pytest.CaptureFixture[str],
    patch: pytest.MonkeyPatch,
    folder: Path,
    run: Callable[[tuple[str, ...]], int] = main,
) -> Cli:
    """Return the command line in a folder, with nothing of the caller's settings."""
    patch.chdir(folder)
    patch.setenv("NO_COLOR", "1")
    patch.delenv("OFFLINE_WORLD", raising=False)
    return Cli(capfd, patch, run)


def process(*args: str, cwd: Path, **more: Any) -> subprocess.Popen[str]:
    """Start the command line as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "offline", *args],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_VAR_key": "x"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def block(path: str, **arguments: Any) -> dict[str, Any]:
    return {"//": {"metadata": {"path": f"dev/{path}", "uniqueId": "x"}}, **arguments}


def environment(folder: Path, **network: Any) -> Path:
    """Return a small synthesized environment, with a variable that has no default."""
    stack = {
        "terraform": {
            "required_providers": {"google": {"source": "hashicorp/google", "version": "6.50.0"}},
            "backend": {"gcs": {"bucket": "states", "prefix": "dev"}},
        },
        "provider": {"google": [{"project": "p-one", "region": "us-central1"}]},
        "variable": {"key": {"type": "string", "ephemeral": True, "sensitive": True}},
        "resource": {
            "google_project_service": {
                "compute": block("apis/compute", service="compute.googleapis.com")
            },
            "google_compute_network": {
                "main": block(
                    "network/main",
                    name="net",
                    auto_create_subnetworks=False,
                    depends_on=["google_project_service.compute"],
                    **network,
                )
            },
        },
        "output": {"network": {"value": "${google_compute_network.main.id}"}},
    }
    place = folder / "cdktf.out" / "stacks" / "dev"
    place.mkdir(parents=True, exist_ok=True)
    (place / "cdk.tf.json").write_text(json.dumps(stack))
    return place


FORMAT = re.compile(
    r"Error: [^a-z\s].*[^.\n]\n  --> offline.*\n(?:  \S.*\n| {4,}\S.*\n)*help: [A-Z].*[^.\n]\n"
)
"""An error: what happened, where, why, and what to do."""

NETWORK = "projects/p-one/global/networks/net"
