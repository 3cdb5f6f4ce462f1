"""A project of one construct alongside bindings/, and Python in a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

SYNTH = """
import bindings.startup
import cdktf, sys
from constructs.network import Resource
from cdktf_cdktf_provider_google.provider import GoogleProvider
app = cdktf.App(outdir=sys.argv[1])
stack = cdktf.TerraformStack(app, "stack")
GoogleProvider(stack, "google")
Resource(stack, "main", name="main")
app.synth()
print(sys.modules[Resource.__module__].__file__)
"""


def run(
    code: list[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python with the environment of a first run."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("JSII_")}
    environment.pop("NODE_OPTIONS", None)
    environment |= env or {}
    return subprocess.run(
        [sys.executable, *code],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def write_project(folder: Path) -> Path:
    """Write a project with a cache of its own."""
    shutil.copytree(ROOT / "bindings", folder / "bindings")
    (folder / "constructs").mkdir()
    (folder / "synth.py").write_text(SYNTH, encoding="utf-8")
    write_import(folder, "compute_network", "ComputeNetwork")
    return folder


def write_import(project: Path, module: str, name: str) -> None:
    """Let the project's construct be this resource."""
    (project / "constructs" / "network.py").write_text(
        f"from cdktf_cdktf_provider_google.{module} import {name}\n\nResource = {name}\n",
        encoding="utf-8",
    )


def synth(project: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Synthesize the project into its folder `out`."""
    return run(["synth.py", "out"], cwd=project, env=env)


def overlay_of(project: Path) -> Path:
    """Return the only overlay of a project."""
    [overlay] = (project / ".cache" / "bindings").glob("[!.]*")
    return overlay
