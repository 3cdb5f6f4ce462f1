"""An owner's changes keep every check green that reads the owner's files."""

from pathlib import Path

import pytest

from tests.owner.changes import CHANGES
from tests.owner.repository import Repository

LIVE = ("tests/live", "tests/workflows", "tests/test_documents.py", "tests/test_runbooks.py")


@pytest.mark.slow
def test_every_change_of_an_owner_keeps_the_checks_green(tmp_path: Path) -> None:
    repository = Repository.copy(tmp_path / "repository")
    for change in CHANGES:
        change(repository.environments)
        for command in (
            ("python", "-m", "environments", "check"),
            ("python", "-O", "main.py"),
            ("python", "-m", "tests.snapshots"),
            ("python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *LIVE),
        ):
            finished = repository.run(*command)
            assert finished.returncode == 0, f"{change.__name__}: {command}\n{finished.stdout}"
