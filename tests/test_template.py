"""Test of the helpers that create stacks."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
STACK = "from tests.template import alone, something; alone(something)"


def test_alone_leaves_no_temporary_files(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STACK]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}, check=True)
    assert list(tmp_path.iterdir()) == []
