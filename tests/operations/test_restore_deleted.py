"""`grid restore` after the instance was deleted, and into another region."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from offline.serve.faults import Fault, Script
from offline.serve.server import Server
from tests.operations.commandline import Grid
from tests.operations.platform import (
    BACKUPS,
    INSTANCE,
    PROJECT,
    REPLICA,
    STATE_BUCKET,
    STATE_PREFIX,
    TABLES,
    LocalGoogle,
)

RECORD = f"{STATE_PREFIX}/database.json"
KEY = f"projects/{PROJECT}/locations/us-central1/keyRings/r/cryptoKeys/k"
Delete = Callable[[], None]


@pytest.fixture
def settings(cloud: LocalGoogle) -> dict[str, Any]:
    """Return the settings of the instance, before it is backed up and deleted."""
    settings: dict[str, Any] = cloud.sql.instances[INSTANCE]["settings"]
    settings |= {"retainBackupsOnDelete": True, "tier": "db-custom-8-30720"}
    settings |= {"databaseFlags": [{"name": "max_connections", "value": "640"}]}
    return settings


@pytest.fixture
def backup(grid: Grid, cloud: LocalGoogle, settings: dict[str, Any]) -> str:
    assert settings
    cloud.sql.users[INSTANCE].add("grid_app")
    found: str = grid("backup", "test", "--export", "--json").json["result"]["backup"]
    return found


@pytest.fixture
def delete(cloud: LocalGoogle, grid: Grid, backup: str) -> Delete:
    """Return what deletes the instance and its replica, as an operator by mistake does."""
    assert backup

    def delete_both() -> None:
        for name in (REPLICA, INSTANCE):
            url = f"{grid.server.url}/sqladmin/v1/projects/{PROJECT}/instances/{name}"
            requests.delete(url, timeout=30).raise_for_status()
            cloud.operations.settle()
        assert not cloud.sql.instances

    return delete_both


def restored(cloud: LocalGoogle) -> str:
    (name,) = (each for each in cloud.sql.instances if each not in {INSTANCE, REPLICA})
    return name


def test_restore_after_deletion_creates_instance_as_it_was(
    grid: Grid, cloud: LocalGoogle, backup: str, delete: Delete
) -> None:
    delete()
    result = grid("restore", "test", "--backup", "latest", "--json")
    assert result.code == 0, result.stderr
    name = restored(cloud)
    created = cloud.sql.instances[name]
    assert result.json["result"]["origin"] == f"backup {backup}"
    assert (cloud.sql.data[name], cloud.sql.users[name]) == (
        {"grid": TABLES},
        {"postgres", "grid_app"},
    )
    assert created["settings"]["tier"] == "db-custom-8-30720"
    assert created["settings"]["databaseFlags"] == [{"name": "max_connections", "value": "640"}]
    assert grid("verify-restore", "test", "--instance", name).code == 0


@pytest.mark.parametrize("lost", [(), ("record",), ("settings",)], ids=["both", "backup", "record"])
def test_description_is_in_state_bucket_and_in_backups(
    grid: Grid, cloud: LocalGoogle, backup: str, delete: Delete, lost: tuple[str, ...]
) -> None:
    delete()
    if "record" in lost:
        cloud.storage.write(STATE_BUCKET, RECORD, b"[")
    if "settings" in lost:
        cloud.sql_data.held[backup].described["settings"]["tier"] = "db-f1-micro"
    assert grid("restore", "test", "--backup", backup).code == 0
    assert cloud.sql.instances[restored(cloud)]["settings"]["tier"] == "db-custom-8-30720"


@pytest.mark.parametrize("has_backups", [True, False])
def test_export_is_imported_after_deletion(
    grid: Grid, cloud: LocalGoogle, settings: dict[str, Any], delete: Delete, has_backups: bool
) -> None:
    settings["retainBackupsOnDelete"] = has_backups
    delete()
    name = next(each for each in cloud.storage.names(BACKUPS) if each.endswith(".gz"))
    export = f"gs://{BACKUPS}/{name}"
    result = grid("restore", "test", "--export", export, "--json")
    assert result.code == 0, result.stderr
    assert cloud.sql.data[restored(cloud)] == {"grid": TABLES}
    verify = ("verify-restore", "test", "--instance", restored(cloud), "--export", export)
    assert grid(*verify).code == 0


def test_point_in_time_is_cloned_from_deleted_instance(
    grid: Grid, server: Server, cloud: LocalGoogle, delete: Delete
) -> None:
    delete()
    at = ("--at", "2026-11-01T11:00:00Z")
    result = grid("restore", "test", *at, "--json")
    assert result.code == 0, result.stderr
    assert cloud.sql.data[restored(cloud)] == {"grid": TABLES}
    assert server.count("sql.instances.clone") == 1


@pytest.mark.parametrize("origin", ["--backup=latest", "--at=2026-11-01T11:00:00Z"])
def test_restore_fails_when_backups_went_with_instance(
    grid: Grid, cloud: LocalGoogle, settings: dict[str, Any], delete: Delete, origin: str
) -> None:
    settings["retainBackupsOnDelete"] = False
    delete()
    result = grid("restore", "test", origin, "--json")
    assert (result.code, list(cloud.sql.instances)) == (1, [])
    assert INSTANCE in result.json["error"]


def test_restore_names_what_is_missing_when_nothing_describes_instance(
    grid: Grid, cloud: LocalGoogle, settings: dict[str, Any], delete: Delete
) -> None:
    settings["retainBackupsOnDelete"] = False
    delete()
    cloud.storage.write(STATE_BUCKET, RECORD, b"{}")
    result = grid("restore", "test", "--backup", "latest", "--json")
    assert result.code == 1
    assert f"gs://{STATE_BUCKET}/{RECORD} does not describe it" in result.json["error"]


@pytest.mark.parametrize("command", ["backup", "drill", "verify-backup"])
def test_other_commands_lead_to_restore_after_deletion(
    grid: Grid, delete: Delete, command: str
) -> None:
    delete()
    result = grid(command, "test", "--json")
    assert result.code == 1
    assert "grid restore" in result.json["advice"]


@pytest.mark.parametrize("deleted", [True, False])
def test_restore_creates_instance_in_another_region(
    grid: Grid, cloud: LocalGoogle, backup: str, delete: Delete, deleted: bool
) -> None:
    if deleted:
        delete()
    result = grid("restore", "test", "--backup", backup, "--region", "us-east1", "--json")
    assert result.code == 0, result.stderr
    created = cloud.sql.instances[restored(cloud)]
    assert (created["region"], created["gceZone"]) == ("us-east1", "us-east1-a")
    assert result.json["result"]["origin"] == f"backup {backup} in us-east1"
    assert cloud.sql.data[restored(cloud)] == {"grid": TABLES}


def test_killed_restore_in_another_region_is_resumed(
    grid: Grid, server: Server, cloud: LocalGoogle, delete: Delete
) -> None:
    delete()
    server.faults = Script([Fault("kill-after", 1, "sql.instances.insert")])
    region = ("--backup", "latest", "--region", "us-east1")
    grid.mortal("restore", "test", *region)
    begun = restored(cloud)
    server.faults = Script()
    other = grid("restore", "test", "--backup", "latest", "--json")
    assert (other.code, begun in other.json["error"]) == (4, True)
    assert grid("restore", "test", *region).code == 0
    assert restored(cloud) == begun


@pytest.mark.parametrize(
    "options",
    [
        ("--at", "2026-11-01T11:00:00Z"),
        ("--backup", "latest", "--in-place", f"--confirm={INSTANCE}"),
        ("--app-data",),
    ],
)
def test_region_goes_with_backup_or_export_alone(
    grid: Grid, cloud: LocalGoogle, options: tuple[str, ...]
) -> None:
    before = list(cloud.sql.instances)
    result = grid("restore", "test", *options, "--region", "us-east1", "--json")
    assert (result.code, list(cloud.sql.instances)) == (2, before)
    assert "--region needs --backup or --export" in result.json["error"]


def test_region_without_key_of_instance_is_rejected(
    grid: Grid, cloud: LocalGoogle, backup: str
) -> None:
    cloud.sql.instances[INSTANCE]["diskEncryptionConfiguration"] = {"kmsKeyName": KEY}
    result = grid("restore", "test", "--backup", backup, "--region", "us-east1", "--json")
    assert (result.code, KEY in result.json["error"]) == (2, True)
    assert grid("restore", "test", "--backup", backup, "--region", "us-central1").code == 0
