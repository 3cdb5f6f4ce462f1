"""Writing the next revision, with Alembic's own command line."""

import shutil
import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory

from grid_migrations import revisions

PROJECT = Path(__file__).parents[3] / "services" / "migrations"


def test_new_revision_is_expand_after_the_newest(tmp_path: Path) -> None:
    copy = tmp_path / "migrations"
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns("__pycache__"))
    command = ["-m", "alembic", "revision", "--rev-id", "0003", "--message", "Add a column"]
    subprocess.run([sys.executable, *command], cwd=copy, check=True, capture_output=True)
    folder = copy / "grid_migrations" / "scripts" / "versions"
    assert (folder / "r0003_add_a_column.py").is_file()
    directory = ScriptDirectory.from_config(revisions.config(folder))
    newest = directory.get_revision("0003")
    assert (newest.down_revision, newest.doc) == ("0002", "Add a column.")
    assert revisions.phase(newest) == "expand"
