"""What steps come to under sequences of faults: done, or as before, or what is left is named."""

from typing import Any

import pytest
from googleapiclient.http import MediaInMemoryUpload

from offline.serve.faults import KINDS, Script, sequence
from offline.serve.server import Server
from operations.core.errors import FailedError
from operations.core.session import WriteContext
from tests.operations.commandline import Grid
from tests.operations.platform import BACKUPS, INSTANCE, PROJECT, LocalGoogle
from tests.operations.worlds import let_status
from tests.repetition import seeds

HERE = [kind for kind in KINDS if not kind.startswith("kill")]
NOTE = "from grid"


def back_up(session: WriteContext) -> None:
    """Return a command of the usual form: begin, wait for the end, write down."""
    google, client = session.google, session.client
    runs, objects = google.sql.backupRuns(), google.storage.objects()
    place = {"project": PROJECT, "instance": INSTANCE}

    def check() -> dict[str, Any] | None:
        found = client.send(runs.list(**place)).get("items", [])
        fitting = (one for one in found if one["description"] == NOTE and one["status"] != "FAILED")
        return next(fitting, None)

    def remove() -> None:
        def gone() -> bool | None:
            return True if check() is None else None

        def delete() -> None:
            if found := check():
                operation = client.send(runs.delete(**place, id=found["id"]))
                session.poller.sql_operation(PROJECT, operation, seconds=600)

        client.ensure("no backup", gone, delete)

    begun = session.steps.step(
        "backup",
        check=check,
        apply=lambda: client.send(runs.insert(**place, body={"description": NOTE})),
        revert=remove,
    )

    def result() -> dict[str, Any] | None:
        found: dict[str, Any] = client.send(runs.get(**place, id=begun["id"]))
        return found if found["status"] in {"SUCCESSFUL", "FAILED"} else None

    if session.poller.until("the backup", result, seconds=600)["status"] == "FAILED":
        raise FailedError("the backup failed", advice="run the command again")
    session.steps.step(
        "list",
        check=lambda: client.find(objects.get(bucket=BACKUPS, object="list")),
        apply=lambda: client.send(
            objects.insert(
                bucket=BACKUPS,
                name="list",
                media_body=MediaInMemoryUpload(b"{}", mimetype="application/json"),
                ifGenerationMatch="0",
            )
        ),
    )


@pytest.fixture(autouse=True)
def command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `grid status` back up."""
    let_status(monkeypatch, back_up)


@pytest.mark.parametrize("seed", seeds(40))
def test_step_command_recovers_from_fault_sequence(
    grid: Grid, server: Server, cloud: LocalGoogle, seed: int
) -> None:
    server.faults = Script(sequence(seed, 8, HERE))
    first = grid("status", "test", "--json")
    backups = [
        one["status"]
        for one in cloud.sql_data.backups.get(INSTANCE, {}).values()
        if one["status"] != "FAILED"
    ]
    objects = cloud.storage.names(BACKUPS)
    if first.code == 0:
        assert (backups, objects) == (["SUCCESSFUL"], ["list"])
    elif first.code == 1:
        assert (backups, objects) == ([], [])
    else:
        assert first.code == 3
        assert first.json["not_reverted"]
    server.faults = Script()
    assert grid("status", "test").code == 0
    kept = cloud.sql_data.backups[INSTANCE].values()
    assert [one["status"] for one in kept if one["status"] != "FAILED"] == ["SUCCESSFUL"]
    assert cloud.storage.names(BACKUPS) == ["list"]
