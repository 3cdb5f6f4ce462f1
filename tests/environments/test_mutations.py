"""Mutated files: each is valid or has problems, within a limit of memory."""

import subprocess
import sys

import pytest

from tests.template import ROOT


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces RLIMIT_AS")
def test_load_survives_mutated_files_within_a_limit_of_memory() -> None:
    command = [sys.executable, "-m", "tests.environments.mutations", "200"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr[-2000:]
    assert finished.stdout.startswith("200 files")
