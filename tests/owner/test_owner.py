"""An owner's changes keep every check green that reads the owner's files."""

from pathlib import Path

import pytest

from tests.owner.changes import CHANGES
from tests.owner.repository import Repository

COMMANDS = (
    ("python", "-m", "environments", "check"),
    ("python", "-O", "main.py"),
    ("python", "-m", "tests.snapshots"),
)
LIVE = ("tests/live", "tests/workflows", "tests/test_documents.py", "tests/test_runbooks.py")
TESTS = ("python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *LIVE)
"""They take minutes, so they run with an owner's first values, and with all changes together."""


@pytest.mark.slow
def test_every_change_of_an_owner_keeps_the_checks_green(tmp_path: Path) -> None:
    repository = Repository.copy(tmp_path / "repository")
    for change in CHANGES:
        change(repository.environments)
        tests = (TESTS,) if change in (CHANGES[0], CHANGES[-1]) else ()
        for command in (*COMMANDS, *tests):
            finished = repository.run(*command)
            assert finished.returncode == 0, f"{change.__name__}: {command}\n{finished.stdout}"
