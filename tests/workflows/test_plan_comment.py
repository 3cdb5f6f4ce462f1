"""The comment of a pull request: what it shows, and what a plan cannot make of it."""

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
NOTHING = plan_report.read({}).summary()
DIFF = "--- a/x\n+++ b/x\n-old\n+new\n+newer\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the files that the plans of two environments leave."""
    (tmp_path / "dev.plan").write_text(PLAN, encoding="utf-8")
    (tmp_path / "dev.diff").write_text(DIFF, encoding="utf-8")
    (tmp_path / "prod.plan").write_text(f"{NOTHING}\n", encoding="utf-8")
    (tmp_path / "prod.diff").write_text("", encoding="utf-8")
    return tmp_path


def comment(folder: Path) -> str:
    """Return the comment as the workflow writes it."""
    done = subprocess.run(
        [sys.executable, SCRIPT, folder], capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout


def test_it_begins_with_the_mark_by_which_it_is_found(folder: Path) -> None:
    text = comment(folder)
    assert text.startswith("<!-- plan -->\n")
    workflow = (GITHUB / "workflows" / "pull-request.yml").read_text(encoding="utf-8")
    assert 'startswith("<!-- plan -->")' in workflow


def test_it_counts_for_every_environment(folder: Path) -> None:
    text = comment(folder)
    assert text.index("### dev") < text.index("### prod")
    assert f"<summary>{SUMMARY}</summary>" in text
    assert f"<summary>{NOTHING}</summary>" in text
    assert "<summary>Terraform JSON: +2 -1 lines</summary>" in text
    assert text.endswith("Terraform JSON: as it was\n")


def test_a_plan_that_failed_is_not_passed_over(folder: Path) -> None:
    (folder / "prod.plan").write_text("", encoding="utf-8")
    (folder / "staging.diff").write_text("", encoding="utf-8")
    text = comment(folder)
    assert "### staging\n\nNo plan was made; see the run." in text
    assert "### prod\n\nNo plan was made; see the run." in text


def test_without_any_plan_it_says_so(tmp_path: Path) -> None:
    assert "No plan was made" in comment(tmp_path)


def test_a_plan_can_not_leave_its_block(folder: Path) -> None:
    (folder / "dev.plan").write_text("~~~~~~\n@everyone\n<b>1 to create\n", encoding="utf-8")
    text = comment(folder)
    assert text.count("~~~~~~") == 2 * 3
    assert "<summary>&lt;b&gt;1 to create</summary>" in text


def test_it_is_never_longer_than_github_takes(folder: Path) -> None:
    for name in ("dev", "staging", "prod"):
        (folder / f"{name}.plan").write_text("x" * 70_000, encoding="utf-8")
        (folder / f"{name}.diff").write_text("+" * 70_000, encoding="utf-8")
    text = comment(folder)
    assert len(text) < 65_536
    assert text.count("cut here") == 6
