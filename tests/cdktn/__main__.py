"""`python -m tests.cdktn PACKAGES`: synthesize with CDK Terrain, and compare all stacks.

A copy of the code gets the fork's name as its setting (`bindings.packages.CDK`), as a move would,
and runs with the overlay and with the whole packages; PACKAGES is the folder into which they were
installed. See decision 1, docs/decisions/0001-stay-on-cdktf.md.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.template import ENVIRONMENTS, ROOT

CODE = ("bindings", "constructs", "contract", "environments", "facts", "stacks")
MODES = {"overlay": "", "stock import": "stock"}
"""The value of GRID_BINDINGS for each way to load the fork."""
_SETTING = 'CDK = "cdktf"'


class SynthesisError(Exception):
    """The code does not synthesize; the message is what it printed."""


class SettingError(Exception):
    """`bindings/packages.py` does not set CDKTF."""


def main(argv: Sequence[str]) -> int:
    """Compare the stacks of the fixtures; returns the exit code: 0, or 1 for a difference."""
    packages = Path(argv[0]).resolve()
    with tempfile.TemporaryDirectory(prefix="grid-cdktn-") as scratch:
        copy, ours = (Path(scratch, name) for name in ("code", "cdktf"))
        copy_code(copy)
        _run(copy, ["-m", "bindings"], packages=packages)  # the overlay, not part of the times
        print(f"CDKTF, overlay: {_synthesize(ROOT, ours):.1f} s")
        total = 0
        for mode, value in MODES.items():
            theirs = Path(scratch, mode)
            seconds = _synthesize(copy, theirs, packages=packages, GRID_BINDINGS=value)
            print(f"CDK Terrain, {mode}: {seconds:.1f} s")
            total += _report(ours / "stacks", theirs / "stacks")
    return 1 if total else 0


def copy_code(target: Path) -> None:
    """Copy the code that synthesizes, with the fork's setting.

    Raises:
        SettingError: The code has another setting.
    """
    for name in CODE:
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "tests")
        shutil.copytree(ROOT / name, target / name, ignore=ignored)
    shutil.copy(ROOT / "main.py", target)
    shutil.copy(ROOT / "cdktf.json", target)
    setting = target / "bindings" / "packages.py"
    code = setting.read_text("utf-8")
    if code.splitlines().count(_SETTING) != 1:
        raise SettingError(f"{setting.name} does not contain the line {_SETTING} once")
    setting.write_text(code.replace(f"{_SETTING}\n", 'CDK = "cdktn"\n'), encoding="utf-8")


def compare(ours: Any, theirs: Any, where: str = "") -> list[str]:
    """Return the paths at which two documents differ, except for what is expected to.

    That is the version of the core in the metadata, and the version of the random provider.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [
            path
            for key in sorted(ours.keys() | theirs.keys())
            for path in compare(ours.get(key), theirs.get(key), f"{where}.{key}".lstrip("."))
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [
            path
            for index, (one, other) in enumerate(zip(ours, theirs, strict=True))
            for path in compare(one, other, f"{where}[{index}]")
        ]
    is_expected = where in {"//.metadata.version", "terraform.required_providers.random.version"}
    return [] if ours == theirs or is_expected else [f"{where}: {ours!r}, {theirs!r}"]


def _report(ours: Path, theirs: Path) -> int:
    """Print the differences of each stack; return their number."""
    total = 0
    for stack in sorted(ours.iterdir()):
        differences = compare(_read(stack), _read(theirs / stack.name))
        total += len(differences)
        result = f"{len(differences)} differences" if differences else "equal"
        print(f"  {stack.name:<20} {result}")
        for path in differences[:20]:
            print(f"    {path}")
    return total


def _synthesize(
    code: Path, outdir: Path, *, packages: Path | None = None, **variables: str
) -> float:
    """Synthesize the platforms and the bootstraps of the fixtures; return the seconds."""
    variables |= {"CDKTF_OUTDIR": str(outdir), "GRID_ENVIRONMENTS": str(ENVIRONMENTS)}
    begin = time.monotonic()
    for options in ([], ["--bootstrap"]):
        _run(code, ["-O", "main.py", *options], packages=packages, **variables)
    return time.monotonic() - begin


def _run(code: Path, arguments: Sequence[str], *, packages: Path | None, **variables: str) -> None:
    """Run Python in a folder, with other packages before the installed ones.

    Raises:
        SynthesisError: The program failed.
    """
    if packages:
        variables["PYTHONPATH"] = os.pathsep.join(map(str, (packages, code / "facts" / "src")))
    process = subprocess.run(
        [sys.executable, *arguments],
        cwd=code,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise SynthesisError(process.stderr)


def _read(stack: Path) -> Any:
    return json.loads((stack / "cdk.tf.json").read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
