"""Tests of the plan comment of a pull request."""

import subprocess
import sys
from pathlib import Path

import pytest

from operations.plan import plan_report
from tests.workflows.files import GITHUB

SCRIPT = GITHUB / "plan_comment.py"
ADDED = {
    "mode": "managed",
    "address": "a.b",
    "type": "a",
    "name": "b",
    "change": {"actions": ["create"]},
}
SUMMARY = plan_report.read({"resource_changes": [ADDED]}).summary()
PLAN = f"action  resource\ncreate  a.b\n{SUMMARY}\n"
NO_CHANGES = plan_report.read({}).summary()
DIFF = "--- a/x\n+++ b/x\n-old\n+new\n+newer\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the files that the plans of two environments leave."""
    (tmp_path / "dev.plan").write_text(PLAN, encoding="utf-8")
    (tmp_path / "dev.diff").write_text(DIFF, encoding="utf-8")
    (tmp_path / "prod.plan").write_text(f"{NO_CHANGES}\n", encoding="utf-8")
    (tmp_path / "prod.diff").write_text("", encoding="utf-8")
    return tmp_path


def comment(folder: Path) -> str:
    """Return the comment as the workflow writes it."""
    process = subprocess.run(
        [sys.executable, SCRIPT, folder], capture_output=True, encoding="utf-8", check=True
    )
    return process.stdout


def test_comment_starts_with_mark_that_workflow_searches(folder: Path) -> None:
    text = comment(folder)
    assert text.startswith("<!-- plan -->\n")
    workflow = (GITHUB / "workflows" / "pull-request.yml").read_text(encoding="utf-8")
    assert 'startswith("<!-- plan -->")' in workflow


def test_comment_counts_changes_of_each_environment(folder: Path) -> None:
    text = comment(folder)
    assert text.index("### dev") < text.index("### prod")
    assert f"<summary>{SUMMARY}</summary>" in text
    assert f"<summary>{NO_CHANGES}</summary>" in text
    assert "<summary>Terraform JSON: +2 -1 lines</summary>" in text
    assert text.endswith("Terraform JSON: as it was\n")


def test_comment_reports_missing_plan(folder: Path) -> None:
    (folder / "prod.plan").write_text("", encoding="utf-8")
    (folder / "staging.diff").write_text("", encoding="utf-8")
    text = comment(folder)
    assert "### staging\n\nNo plan was made; see the run." in text
    assert "### prod\n\nNo plan was made; see the run." in text


def test_comment_reports_that_no_plan_exists(tmp_path: Path) -> None:
    assert "No plan was made" in comment(tmp_path)


def test_comment_escapes_plan_output(folder: Path) -> None:
    (folder / "dev.plan").write_text("~~~~~~\n@everyone\n<b>1 to create\n", encoding="utf-8")
    text = comment(folder)
    assert text.count("~~~~~~") == 2 * 3
    assert "<summary>&lt;b&gt;1 to create</summary>" in text


def test_comment_is_truncated_to_the_limit_of_github(folder: Path) -> None:
    for name in ("dev", "staging", "prod"):
        (folder / f"{name}.plan").write_text("x" * 70_000, encoding="utf-8")
        (folder / f"{name}.diff").write_text("+" * 70_000, encoding="utf-8")
    text = comment(folder)
    assert len(text) < 65_536
    assert text.count("cut here") == 6
