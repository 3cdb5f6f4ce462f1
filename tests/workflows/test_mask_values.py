"""Tests of the commands that hide values of secrets in the log of the pipeline."""

import os
import subprocess
import sys

import pytest

from tests.workflows.files import GITHUB, steps

SCRIPT = GITHUB / "mask_values.py"


def masked(text: str) -> str:
    environ = {**os.environ, "GRID_SECRET_VALUES": text}
    command = [sys.executable, str(SCRIPT)]
    return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout


def test_mask_hides_each_line_of_each_value() -> None:
    text = '{"openai-key": "sk-1%", "pem": "first\\n\\nlast"}'
    assert masked(text) == "::add-mask::sk-1%25\n::add-mask::first\n::add-mask::last\n"


@pytest.mark.parametrize("text", ["", "hunter2", '["hunter2"]', '{"key": 1}'])
def test_mask_leaves_the_report_of_an_invalid_object_to_grid(text: str) -> None:
    assert masked(text) == ""


def test_release_hides_values_before_apply_reads_them() -> None:
    [step] = [
        step
        for step in steps(GITHUB / "workflows" / "release.yml")
        if "GRID_SECRET_VALUES" in step.get("env", {})
    ]
    assert step["run"].index("mask_values.py") < step["run"].index("operations apply")
