"""`grid restore --app-data`."""

from offline.serve.faults import Fault, Script
from offline.serve.server import Server
from tests.operations import platform
from tests.operations.commandline import Grid
from tests.operations.platform import LocalGoogle

APP_DATA, COPY = "grid-test-app-data", "grid-test-app-data-copy"


def test_restore_copies_missing_app_data_and_deletes_nothing(
    grid: Grid, server: Server, cloud: LocalGoogle
) -> None:
    outputs = cloud.outputs() | {"backups": platform.scheduled_backups(COPY)}
    platform.write(outputs, grid.outputs)
    cloud.storage.create(COPY)
    for name, content in {"same": b"1", "changed": b"2", "lost": b"3"}.items():
        cloud.storage.write(COPY, name, content)
    for name, content in {"same": b"1", "changed": b"x", "newer": b"4"}.items():
        cloud.storage.write(APP_DATA, name, content)
    foreseen = grid("restore", "test", "--app-data", "--dry-run", "--json")
    assert foreseen.json["result"]["app_data_objects"] == 2
    server.faults = Script([Fault("lost", 1, "*.rewrite"), Fault("503", 3, "*.rewrite")])
    result = grid("restore", "test", "--app-data", "--json")
    assert result.code == 0, result.stderr
    assert result.json["result"]["app_data_objects"] == 2
    found = {name: cloud.storage.read(APP_DATA, name) for name in cloud.storage.names(APP_DATA)}
    assert found == {"same": b"1", "changed": b"2", "lost": b"3", "newer": b"4"}
