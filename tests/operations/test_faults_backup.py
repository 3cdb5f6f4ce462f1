"""Backups and restores under sequences of faults and kills: done, or as before, or named.

No backup counts that cannot be relied on, nothing that serves is replaced unasked, no scratch
instance or access outlives its command, and the next run finishes the work.
"""

import gzip
import random
from dataclasses import dataclass

import pytest

from offline.serve.apis.sqladmin_backups import dump
from offline.serve.faults import KINDS, Fault, Kind, Script, sequence
from offline.serve.server import Server
from operations.backup.dump_reader import Reader
from operations.core.journal import Journal, read
from tests.operations.commandline import KILLED, CommandResult, Grid
from tests.operations.platform import BACKUPS, INSTANCE, PROJECT, REPLICA, TABLES, LocalGoogle
from tests.repetition import seeds

BACKUP, EXPORT = "1000", f"db/2026/11/01/{INSTANCE}-first.sql.gz"
LATER = {"users": 4, "sessions": 1}
COMMANDS = {
    "backup": ("backup", "test", "--export", "--keep", "2"),
    "restore-backup": ("restore", "test", "--backup", BACKUP),
    "restore-export": ("restore", "test", "--export", f"gs://{BACKUPS}/{EXPORT}"),
    "restore-time": ("restore", "test", "--at", "2026-11-01T11:00:00Z"),
    "in-place": ("restore", "test", "--backup", BACKUP, "--in-place", f"--confirm={INSTANCE}"),
    "drill": ("drill", "test"),
}
CHANGES = (
    "sql.backupRuns.insert",
    "sql.instances.[ic]*",  # insert, import, clone
    "sql.instances.restoreBackup",
    "sql.instances.export",
    "sql.instances.delete",
    "storage.buckets.setIamPolicy",
    "storage.objects.insert",
)
QUICK: tuple[Kind, ...] = tuple(
    kind for kind in KINDS if kind != "hang" and not kind.startswith("kill")
)


class KilledError(BaseException):
    """The process ends here: nothing that it would still do is done."""


@dataclass
class Death:
    """Ends the command at a line of its journal, before or after it is written."""

    at: int
    after: bool

    def happens(self, monkeypatch: pytest.MonkeyPatch) -> None:
        written, write = 0, Journal._write

        def mortal(journal: Journal, *args: object, **more: object) -> None:
            nonlocal written
            written += 1
            if written == self.at and not self.after:
                raise KilledError
            write(journal, *args, **more)  # type: ignore[arg-type]
            if written == self.at:
                raise KilledError

        monkeypatch.setattr(Journal, "_write", mortal)


@pytest.fixture(autouse=True)
def before(cloud: LocalGoogle, server: Server) -> None:
    """Provide a good backup, an export of the same rows, and a database that has changed since."""
    assert server.url
    del cloud.sql.instances[INSTANCE]["replicaNames"]
    cloud.store.remove("sqladmin", f"projects/{PROJECT}/instances/{REPLICA}")
    backup = {"kind": "sql#backupRun", "id": BACKUP, "instance": INSTANCE, "type": "AUTOMATED"}
    times = {"startTime": cloud.stamp, "endTime": cloud.stamp, "status": "SUCCESSFUL"}
    cloud.sql_data.backups[INSTANCE] = {BACKUP: {**backup, **times}}
    cloud.sql_data.hold(BACKUP, INSTANCE)
    cloud.storage.write(BACKUPS, EXPORT, gzip.compress(dump(TABLES).encode(), mtime=0))
    cloud.sql.data[INSTANCE]["grid"] = dict(LATER)


def faults(seed: int) -> list[Fault]:
    """Draw faults: some at any request, some at writes, and at times an outage afterwards."""
    chance = random.Random(seed)
    found = sequence(seed, 30, KINDS[2:5] if seed % 20 == 0 else QUICK)
    for methods in chance.sample(CHANGES, 3):
        kind = chance.choice(QUICK)
        found.append(Fault(kind, chance.randint(1, 2), methods))
    if chance.random() < 0.6:
        begins = chance.randint(5, 40)
        found += [Fault("503", at) for at in range(begins, begins + chance.choice((8, 16)))]
    return found


def run(grid: Grid, arguments: tuple[str, ...]) -> CommandResult:
    try:
        return grid(*arguments, "--json")
    except KilledError:
        return CommandResult(KILLED, "", "")


def others(cloud: LocalGoogle) -> list[str]:
    return [name for name in cloud.sql.instances if name != INSTANCE]


def good(cloud: LocalGoogle, of: str) -> list[str]:
    found = cloud.sql_data.backups[INSTANCE].values()
    ours = [one for one in found if one.get("description", "").startswith(of)]
    return [one["id"] for one in ours if one["status"] == "SUCCESSFUL"]


def accesses(cloud: LocalGoogle) -> int:
    return sum(
        len(one["members"]) for one in cloud.policies.get("storage", f"b/{BACKUPS}")["bindings"]
    )


def check(cloud: LocalGoogle, name: str, first: CommandResult) -> None:
    """Assert what holds after any end."""
    if name != "in-place":
        assert cloud.sql.data[INSTANCE] == {"grid": LATER}
    assert cloud.sql.data[INSTANCE]["grid"] in (LATER, TABLES)
    assert BACKUP in cloud.sql_data.backups[INSTANCE]
    for object_ in cloud.storage.names(BACKUPS):
        if object_.endswith(".manifest.json"):
            export = object_.replace(".manifest.json", ".sql.gz")
            reader = Reader()
            reader.feed(cloud.storage.read(BACKUPS, export))
            content = cloud.storage.read(BACKUPS, object_)
            assert (reader.end().problems, len(content) > 100) == ((), True)
    if first.code == 1:
        assert (others(cloud), accesses(cloud)) == ([], 1)
        assert good(cloud, "grid") == []
        assert cloud.sql.data[INSTANCE] == {"grid": LATER}
    elif first.code == 3:
        assert first.json["not_reverted"]
    else:
        assert first.code in {0, KILLED}


def finished(grid: Grid, cloud: LocalGoogle, name: str) -> None:
    """Assert what holds after the run that completed the work."""
    journal = grid.folder / "journal" / "test" / f"{COMMANDS[name][0]}.jsonl"
    done = [one for one in read(journal) if (one["event"], one["what"]) == ("end", "succeeded")]
    if name == "backup":
        assert len(good(cloud, "grid backup")) == len(done)
    elif name == "in-place":
        assert cloud.sql.data[INSTANCE] == {"grid": TABLES}
        held = [cloud.sql_data.holds(one) for one in good(cloud, "grid restore")]
        assert {"grid": LATER} in held
    elif name.startswith("restore"):
        assert len(others(cloud)) == len(done)
        for one in others(cloud):
            wanted = LATER if name == "restore-time" else TABLES
            assert cloud.sql.data[one] == {"grid": wanted}
            assert cloud.sql.instances[one]["state"] == "RUNNABLE"
    if not name.startswith("restore"):
        assert others(cloud) == []
    assert accesses(cloud) == 1


@pytest.mark.parametrize("seed", seeds(70))
def test_backup_commands_recover_from_fault_sequence(
    grid: Grid,
    server: Server,
    cloud: LocalGoogle,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    chance = random.Random(seed)
    name = list(COMMANDS)[seed % len(COMMANDS)]
    server.faults = Script(faults(seed))
    with monkeypatch.context() as patched:
        if chance.random() < 0.3:
            Death(chance.randint(2, 10), after=chance.random() < 0.5).happens(patched)
        first = run(grid, COMMANDS[name])
    check(cloud, name, first)
    server.faults = Script()
    second = run(grid, COMMANDS[name])
    assert second.code == 0, f"{first}\n{second}"
    cloud.operations.settle()
    check(cloud, name, second)
    finished(grid, cloud, name)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        pytest.param(
            "backup", Fault("kill-after", 1, "sql.instances.export"), marks=pytest.mark.slow
        ),
        pytest.param(
            "restore-export", Fault("kill", 1, "sql.instances.import"), marks=pytest.mark.slow
        ),
        ("in-place", Fault("kill-after", 1, "sql.instances.restoreBackup")),
        pytest.param(
            "drill", Fault("kill-after", 1, "storage.buckets.setIamPolicy"), marks=pytest.mark.slow
        ),
    ],
)
def test_killed_backup_command_is_resumed(
    grid: Grid, cloud: LocalGoogle, name: str, fault: Fault
) -> None:
    first, second = grid.through([fault], *COMMANDS[name])
    assert (first.code, second.code) == (KILLED, 0)
    finished(grid, cloud, name)


@pytest.mark.slow
def test_restore_recreates_failed_instance_of_killed_run(grid: Grid, cloud: LocalGoogle) -> None:
    """An import that failed left half of the tables; the kill comes while it is taken back."""
    broken = Fault("operation", 1, "sql.instances.import")
    kill = Fault("kill", 2, "storage.buckets.setIamPolicy")
    first, second = grid.through([broken, kill], *COMMANDS["restore-export"])
    assert (first.code, second.code) == (KILLED, 0)
    finished(grid, cloud, "restore-export")
