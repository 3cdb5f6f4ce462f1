"""`terraform test` by the command line, with and without mocks.

The results were recorded from google 6.50.0 with Terraform 1.11.4 on 2026-11-27, in front of the
served Google.
"""

import re
import shutil
from pathlib import Path

import pytest
from command_line import command_line

TESTED = Path(__file__).parent / "tested"
RESULTS = """
  run "planned"... pass
  run "applied"... pass
  run "replaced"... pass
  run "rejected"... pass
  run "mocked"... pass
  run "planned_with_other_data"... pass
  run "overridden"... pass
  run "wrong"... fail
"""


def test_runs_end_as_with_the_provider(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(TESTED, tmp_path / "module")
    run = command_line(capfd, monkeypatch, tmp_path)
    given = ("terraform", "--provider", "embedded", "-chdir=module")
    assert run(*given, "init").returncode == 0
    done = run(*given, "test", "-no-color")
    assert re.findall(r"^  run .*", done.stdout, re.MULTILINE) == RESULTS.strip("\n").split("\n")
    assert "Failure! 7 passed, 1 failed." in done.stdout
    assert "The gateway is 10.0.0.1." in done.stderr
    assert done.returncode == 1
    assert run("world").stdout == "", "Terraform destroys what a test created"
