"""The tests' own tools."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
STACK = "from tests.template import alone, something; alone(something)"


def test_stacks_leave_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STACK]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}, check=True)
    assert [one.name for one in tmp_path.iterdir()] == []
