"""`python -m tests.cdktn PACKAGES`: synthesize with CDK Terrain, and compare all stacks.

A copy of the code gets the fork's imports and runs with its whole packages; PACKAGES is the folder
into which they were installed. See decision 1, docs/decisions/0001-stay-on-cdktf.md.
"""

from __future__ import annotations

import json
import os
import re
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
_PROVIDER = re.compile(r"\bcdktf_cdktf_provider_")
_IMPORT = re.compile(r"\b(from|import) cdktf\b")
_NAME = re.compile(r"\bcdktf\.(?=[A-Z])")


class SynthesisError(Exception):
    """The copy does not synthesize; the message is what it printed."""


def main(argv: Sequence[str]) -> int:
    """Compare the stacks of the fixtures; returns the exit code: 0, or 1 for a difference."""
    packages = Path(argv[0]).resolve()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="grid-cdktn-") as scratch:
        copy, ours, theirs = (Path(scratch, name) for name in ("code", "cdktf", "cdktn"))
        rename_imports(copy)
        for options in ([], ["--bootstrap"]):
            _synthesize(ROOT, ours, options)
            _synthesize(copy, theirs, options, packages)
        differences = {
            stack.name: compare(_read(stack), _read(theirs / "stacks" / stack.name))
            for stack in sorted((ours / "stacks").iterdir())
        }
    for name, found in differences.items():
        print(f"{name:<20} {'equal' if not found else f'{len(found)} differences'}")
        for path in found[:20]:
            print(f"  {path}")
    print(f"{len(differences)} stacks, {time.monotonic() - begun:.0f} s")
    return 1 if any(differences.values()) else 0


def rename_imports(target: Path) -> None:
    """Copy the code that synthesizes, with the fork's imports."""
    for name in CODE:
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "tests")
        shutil.copytree(ROOT / name, target / name, ignore=ignored)
    shutil.copy(ROOT / "main.py", target)
    shutil.copy(ROOT / "cdktf.json", target)
    for file in target.rglob("*.py"):
        file.write_text(renamed(file.read_text("utf-8")), encoding="utf-8")


def renamed(code: str) -> str:
    """Return code with the fork's names in its imports."""
    code = _PROVIDER.sub("cdktn_provider_", code)
    code = _IMPORT.sub(r"\1 cdktn", code)
    return _NAME.sub("cdktn.", code)


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


def _synthesize(
    code: Path, outdir: Path, options: Sequence[str], packages: Path | None = None
) -> None:
    environ = {
        **os.environ,
        "CDKTF_OUTDIR": str(outdir),
        "GRID_ENVIRONMENTS": str(ENVIRONMENTS),
    }
    if packages is not None:
        environ["GRID_BINDINGS"] = "stock"
        environ["PYTHONPATH"] = os.pathsep.join(map(str, (packages, code / "facts" / "src")))
    done = subprocess.run(
        [sys.executable, "-O", "main.py", *options],
        cwd=code,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SynthesisError(done.stderr)


def _read(stack: Path) -> Any:
    return json.loads((stack / "cdk.tf.json").read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
