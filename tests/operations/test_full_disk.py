"""Commands on a full disk: the error names it, and nothing is left half done or half written."""

import os
from pathlib import Path

import pytest

from offline.serve.server import Server
from operations.core.journal import Journal, read
from tests.operations.commandline import CommandResult, Grid
from tests.operations.platform import BACKUPS, INSTANCE, PROJECT, REPLICA, LocalGoogle

FULL = Path("/dev/full")
"""A file of Linux that has no space left (`man 4 full`)."""
COMMANDS = {
    "backup": ("backup", "test", "--export"),
    "restore": ("restore", "test", "--backup", "latest"),
    "drill": ("drill", "test"),
}

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")


@pytest.fixture(autouse=True)
def backup(grid: Grid, server: Server, cloud: LocalGoogle) -> None:
    """Provide a backup and an export."""
    assert server.url
    del cloud.sql.instances[INSTANCE]["replicaNames"]
    cloud.store.remove("sqladmin", f"projects/{PROJECT}/instances/{REPLICA}")
    assert grid("backup", "test", "--export").code == 0


def run_until_full(
    grid: Grid, name: str, lines: int, monkeypatch: pytest.MonkeyPatch
) -> CommandResult:
    """Run a command on a disk that is full after so many lines of its journal."""
    written, write = 0, Journal._write

    def limited(journal: Journal, *args: object, **more: object) -> None:
        nonlocal written
        if written == lines:
            journal._file.rename(journal._file.with_suffix(".kept"))
            journal._file.symlink_to(FULL)
        written += 1
        write(journal, *args, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "_write", limited)
        result = grid(*COMMANDS[name], "--json")
    file = grid.folder / "journal" / "test" / f"{name}.jsonl"
    if file.is_symlink():
        file.unlink()
        file.with_suffix(".kept").rename(file)
    return result


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("lines", [1, 2, 3, 5])
def test_full_disk_ends_command_with_error_and_without_remains(
    grid: Grid, cloud: LocalGoogle, monkeypatch: pytest.MonkeyPatch, name: str, lines: int
) -> None:
    backups = len(cloud.sql_data.backups[INSTANCE])
    result = run_until_full(grid, name, lines, monkeypatch)
    if result.code == 0:
        pytest.skip("the command writes fewer lines")
    assert f"cannot be written: {os.strerror(28)}" in result.json["error"]
    assert "internal error in grid" not in result.stderr
    assert "GRID_FOLDER" in result.json["advice"]
    if result.code == 1:
        assert list(cloud.sql.instances) == [INSTANCE]
        assert len(cloud.sql_data.backups[INSTANCE]) == backups
    else:
        assert (result.code, bool(result.json["not_reverted"])) == (3, True)
    assert grid(*COMMANDS[name]).code == 0
    unverified = [
        each
        for each in cloud.storage.names(BACKUPS)
        if each.startswith("db/") and not each.endswith((".gz", ".manifest.json"))
    ]
    assert unverified == []


def test_full_disk_at_the_start_changes_nothing(
    grid: Grid, server: Server, cloud: LocalGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = server.count("sql.instances.insert")
    result = run_until_full(grid, "restore", 0, monkeypatch)
    assert (result.code, server.count("sql.instances.insert")) == (1, before)
    assert list(cloud.sql.instances) == [INSTANCE]


def test_entry_that_does_not_fit_leaves_no_part_of_itself(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = grid.folder / "journal" / "test" / "backup.jsonl"
    before = file.read_bytes()
    monkeypatch.setattr(os, "fsync", _fail)
    assert grid("backup", "test").code == 1
    monkeypatch.undo()
    assert file.read_bytes() == before
    assert len(read(file)) == before.count(b"\n")


def _fail(_: int) -> None:
    raise OSError(28, os.strerror(28))
