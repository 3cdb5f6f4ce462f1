"""Files that tools read: Python versions, commit messages, reviewers and updates."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from tests.house.sources import ROOT

GITLINT = Path(sys.executable).with_name("gitlint")
PROJECTS = sorted({ROOT / "pyproject.toml", *ROOT.glob("*/pyproject.toml")})


def _read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def _versions(project: Path) -> set[str]:
    """List the minor versions of Python 3 that a project promises."""
    metadata = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    promised = SpecifierSet(metadata["requires-python"])
    return {f"3.{minor}" for minor in range(100) if promised.contains(f"3.{minor}.0")}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: str(project.relative_to(ROOT)))
def test_pipeline_tests_every_promised_python(project: Path) -> None:
    rows = _read(".github/workflows/check.yml")["jobs"]["check"]["strategy"]["matrix"]["include"]
    assert {row["python"] for row in rows if "test" in row["targets"].split()} == _versions(project)


def _git_message_errors(message: str) -> set[str]:
    """Return the IDs of the gitlint rules that a commit message breaks."""
    result = subprocess.run(
        [GITLINT, "--msg-filename", "/dev/stdin"],
        cwd=ROOT,
        input=message,
        capture_output=True,
        text=True,
        check=False,
    )
    return set(re.findall(r"^\d+: (\w+) ", result.stderr, re.MULTILINE))


@pytest.mark.parametrize(
    ("message", "rules"),
    [
        ("constructs: Add a Pub/Sub topic\n\nServices need to publish events.\n", set()),
        ("Add a Pub/Sub topic\n\nServices need to publish events.\n", {"T7"}),
        ("constructs: add a topic\n\nServices need to publish events.\n", {"T7"}),
        ("constructs: Add a topic.\n\nServices need to publish events.\n", {"T3", "T7"}),
        ("constructs: Add a Pub/Sub topic\n", {"B6"}),
        (f"docs: {'Say ' * 20}it\n\nReaders asked for a longer text.\n", {"T1"}),
    ],
    ids=["valid", "no area", "lower case", "period", "no body", "long title"],
)
def test_commit_message_is_checked(message: str, rules: set[str]) -> None:
    assert _git_message_errors(message) == rules


def test_hooks_run_tools_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for hook in _read(".pre-commit-config.yaml")["repos"][0]["hooks"]:
        program, _, arguments = str(hook["entry"]).partition(" ")
        if program == "make":
            assert re.search(rf"^{arguments}:", makefile, re.MULTILINE), hook["id"]
        else:
            assert (Path(sys.executable).parent / Path(program).name).exists(), hook["id"]


def test_code_owners_are_given_for_paths_that_exist() -> None:
    lines = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    patterns = [line.split()[0] for line in lines if line and not line.startswith("#")]
    assert [path for path in patterns[1:] if not list(ROOT.glob(path.strip("/")))] == []


@pytest.mark.parametrize(
    ("ecosystem", "pattern"),
    [
        ("pip", "requirements*.txt"),
        ("pip", "services/*/requirements.txt"),
        ("docker", ".devcontainer/Dockerfile"),
        ("docker", "services/Dockerfile"),
        ("docker", "services/*/Dockerfile"),
        ("github-actions", ".github/actions/*/action.yml"),
    ],
)
def test_dependabot_updates_every_pinned_file(ecosystem: str, pattern: str) -> None:
    updates = [
        update
        for update in _read(".github/dependabot.yml")["updates"]
        if update["package-ecosystem"] == ecosystem
    ]
    folders = {
        folder.resolve()
        for update in updates
        for directory in update.get("directories", [update.get("directory")])
        for folder in ([ROOT] if directory == "/" else ROOT.glob(directory.strip("/")))
    }
    pinned = list(ROOT.glob(pattern))
    assert pinned
    assert [file for file in pinned if file.parent not in folders] == []
